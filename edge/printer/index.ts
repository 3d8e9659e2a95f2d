import { printerErrors } from './errors.js';
import { createNetworkPrinter, type Printer, rawPort } from './network.js';

export { printerErrors } from './errors.js';
export { createReceipts, type Receipt, type Receipts } from './receipts.js';

const timeout_ms = 5_000;

/** `10.0.3.9`, `printer.canteen:9100`, `[fe80::1]:9100`. @throws printer_address_invalid */
export function parsePrinter(address: string): Printer {
  let url: URL;
  try {
    url = new URL(`tcp://${address}`);
  } catch {
    throw printerErrors.printer_address_invalid({ address });
  }
  const { hostname, port, pathname, username } = url;
  if (hostname === '' || username !== '' || pathname !== '')
    throw printerErrors.printer_address_invalid({ address });
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return createNetworkPrinter({ host, port: port === '' ? rawPort : Number(port), timeout_ms });
}
