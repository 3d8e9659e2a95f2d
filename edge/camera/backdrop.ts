import sharp from 'sharp';

/** Size of the demo's pictures, px. */
export const stage = { width: 1280, height: 720 } as const;

/** Where the demo's camera hangs. */
export type Place = 'corridor' | 'canteen';

/**
 * Most sample photos were taken in the evening; in as little light, the people look as if they were there. Liveness agrees:
 * before full daylight it takes some of them for cut-outs.
 */
const evening = 0.5;

/** The empty place as RGB pixels, a little out of focus as behind somebody near the camera. */
export async function drawBackdrop(place: Place): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${stage.width}" height="${stage.height}">${scenery[place]}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().blur(2.5).modulate({ brightness: evening }).raw().toBuffer();
}

const scenery: Record<Place, string> = {
  corridor: `<defs>
<linearGradient id="floor" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8b8f93"/><stop offset="1" stop-color="#6d7276"/></linearGradient>
<linearGradient id="left"><stop offset="0" stop-color="#aeb4b8"/><stop offset="1" stop-color="#c6cacc"/></linearGradient>
<linearGradient id="right"><stop offset="0" stop-color="#c3c7c9"/><stop offset="1" stop-color="#a6acb1"/></linearGradient></defs>
<rect width="1280" height="720" fill="#d3d6d7"/>
<polygon points="0,720 430,470 850,470 1280,720" fill="url(#floor)"/>
<polygon points="0,0 430,130 430,470 0,720" fill="url(#left)"/><polygon points="1280,0 850,130 850,470 1280,720" fill="url(#right)"/>
<polygon points="0,690 430,457 430,470 0,720" fill="#7f868b"/><polygon points="1280,690 850,457 850,470 1280,720" fill="#7a8186"/>
<polygon points="0,0 1280,0 850,130 430,130" fill="#e6e7e6"/>
<polygon points="545,20 735,20 700,62 580,62" fill="#fffdf6"/><polygon points="592,78 688,78 675,100 605,100" fill="#fffdf6"/>
<rect x="545" y="200" width="90" height="270" fill="#87949c"/><rect x="639" y="200" width="90" height="270" fill="#87949c"/>
<rect x="560" y="222" width="60" height="105" fill="#b9c9d2"/><rect x="654" y="222" width="60" height="105" fill="#b9c9d2"/>
<polygon points="70,150 210,180 210,590 70,670" fill="#a07f5f"/><polygon points="300,200 370,215 370,505 300,545" fill="#99795a"/>
<polygon points="1210,150 1070,180 1070,590 1210,670" fill="#94755a"/><polygon points="980,200 910,215 910,505 980,545" fill="#8c6f55"/>
<rect x="745" y="250" width="70" height="48" rx="3" fill="#5f9a77"/><rect x="447" y="245" width="74" height="96" fill="#e9e2d2"/><rect x="455" y="255" width="58" height="34" fill="#b7604b"/>`,
  canteen: `<defs>
<linearGradient id="floor" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#b0a595"/><stop offset="1" stop-color="#8f8577"/></linearGradient>
<linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#d9d6cd"/><stop offset="1" stop-color="#c4c0b4"/></linearGradient></defs>
<rect width="1280" height="720" fill="url(#wall)"/><rect y="455" width="1280" height="265" fill="url(#floor)"/>
<rect width="1280" height="62" fill="#b5b2aa"/>
${[130, 470, 810, 1150].map(x => `<rect x="${x - 75}" y="22" width="150" height="20" rx="8" fill="#fffaf0"/>`).join('')}
<rect x="60" y="120" width="300" height="200" fill="#bcd3de"/><rect x="204" y="120" width="10" height="200" fill="#e5e3dd"/>
<rect x="925" y="110" width="300" height="150" rx="6" fill="#3e4b46"/>
${[145, 180, 215].map(y => `<rect x="950" y="${y}" width="150" height="10" fill="#c9cfc7"/><rect x="1150" y="${y}" width="45" height="10" fill="#d9b65c"/>`).join('')}
<rect x="470" y="300" width="345" height="110" fill="#9aa7a8"/><rect x="455" y="400" width="375" height="70" fill="#7b8788"/>
${[505, 585, 665, 745].map(x => `<rect x="${x}" y="382" width="56" height="20" rx="4" fill="#c77f48"/>`).join('')}
${[90, 290, 980, 1170]
  .map(
    x =>
      `<ellipse cx="${x}" cy="505" rx="95" ry="20" fill="#d8c8ab"/><rect x="${x - 6}" y="510" width="12" height="95" fill="#7d7364"/><ellipse cx="${x - 70}" cy="560" rx="34" ry="12" fill="#a8553f"/><ellipse cx="${x + 70}" cy="560" rx="34" ry="12" fill="#a8553f"/>`,
  )
  .join('')}`,
};
