import { type Cell, type Table, type TableColumn, writtenAmount } from './export-tables.js';
import { type ZipPart, zipOf } from './zip.js';

/** A sheet has 1,048,576 rows; the last that we write says when there were more. */
const mostRows = 1_000_000;
/** A cell holds so many characters. */
const mostCharacters = 32_767;

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRelationships = 'http://schemas.openxmlformats.org/package/2006/relationships';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Numbers of the styles below. */
const style = { heading: 1, amount: 2, text: 3 } as const;

/**
 * A workbook of one sheet (ECMA-376, SpreadsheetML) as it is read. Texts are written as texts and never as formulas, so that no
 * cell runs; amounts are numbers with two decimals.
 */
export function xlsxOf(table: Table): AsyncGenerator<Buffer> {
  const parts: ZipPart[] = [
    { name: '[Content_Types].xml', content: [declaration + contentTypes()] },
    { name: '_rels/.rels', content: [declaration + relation('officeDocument', 'xl/workbook.xml')] },
    { name: 'xl/workbook.xml', content: [declaration + workbook(table.title)] },
    { name: 'xl/_rels/workbook.xml.rels', content: [declaration + workbookRelations()] },
    { name: 'xl/styles.xml', content: [declaration + styles()] },
    { name: 'xl/worksheets/sheet1.xml', content: sheet(table) },
  ];
  return zipOf(parts);
}

async function* sheet({ columns, rows }: Table): AsyncGenerator<string> {
  const widths = columns.map(({ kind }, index) => {
    const width = kind === 'text' ? 22 : 12;
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  yield `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData>`;
  yield `<row>${columns.map(({ name }) => textCell(name, style.heading)).join('')}</row>`;
  let written = 1;
  for await (const batch of rows) {
    const left = mostRows - written;
    yield batch
      .slice(0, left)
      .map(row => rowOf(row, columns))
      .join('');
    written += batch.length;
    if (batch.length > left) {
      yield `<row>${textCell(`… cut after ${mostRows} rows`, style.text)}</row>`;
      break;
    }
  }
  yield '</sheetData></worksheet>';
}

const rowOf = (row: readonly Cell[], columns: readonly TableColumn[]): string =>
  `<row>${row.map((cell, index) => cellOf(cell, columns[index]?.kind ?? 'text')).join('')}</row>`;

function cellOf(cell: Cell, kind: TableColumn['kind']): string {
  if (cell === null || cell === undefined) return '<c/>';
  if (kind === 'amount') return `<c s="${style.amount}"><v>${writtenAmount(cell)}</v></c>`;
  if (typeof cell === 'number' && Number.isFinite(cell)) return `<c><v>${cell}</v></c>`;
  return textCell(String(cell), style.text);
}

const textCell = (text: string, styleNumber: number): string =>
  `<c s="${styleNumber}" t="inlineStr"><is><t xml:space="preserve">${escaped(text.slice(0, mostCharacters))}</t></is></c>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 cannot hold is left out; halves of a pair become U+FFFD in UTF-8. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"]/g, found => entities[found] ?? '')
  );
}

/** A sheet's name has at most 31 characters and none of these. */
const sheetName = (title: string): string =>
  escaped(title.replace(/[[\]:*?/\\']/g, ' ').slice(0, 31)) || 'Sheet';

const relation = (kind: string, target: string): string =>
  `<Relationships xmlns="${packageRelationships}"><Relationship Id="rId1" Type="${relationships}/${kind}" Target="${target}"/></Relationships>`;

const workbookRelations = (): string =>
  `<Relationships xmlns="${packageRelationships}"><Relationship Id="rId1" Type="${relationships}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relationships}/styles" Target="styles.xml"/></Relationships>`;

const workbook = (title: string): string =>
  `<workbook xmlns="${main}" xmlns:r="${relationships}"><sheets><sheet name="${sheetName(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>`;

const contentTypes = (): string =>
  `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/></Types>`;

/** In the order of `style`: 4 is "#,##0.00", 49 is text, among the formats that need no definition. */
const styles = (): string =>
  `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
