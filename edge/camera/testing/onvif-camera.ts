/**
 * A stand-in for an ONVIF camera, run as a process of its own: `node --import tsx onvif-camera.ts '<OnvifCamera as JSON>'`. It
 * prints its port once it listens. It answers what a client asks on the way to a stream, checks WS-UsernameToken digests
 * (OASIS WS-Security UsernameToken Profile 1.0) and, when told to, answers WS-Discovery probes.
 */
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OnvifCamera {
  readonly user: string;
  readonly password: string;
  /** Tokens of its media profiles; each has the stream rtsp://<host>:554/<token>. */
  readonly profiles: readonly string[];
  /** `no-streams`: has none to offer. `stops`: stops in the middle of an answer. `page`: answers as a web page would. */
  readonly behaviour?: 'no-streams' | 'stops' | 'page';
  /** Answers probes on the network. */
  readonly discoverable?: boolean;
}

const camera = JSON.parse(process.argv[2] ?? '{}') as OnvifCamera;

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:ter="http://www.onvif.org/ver10/error"><s:Body>${body}</s:Body></s:Envelope>`;

const notAuthorised = envelope(
  '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">Sender not authorized</s:Text></s:Reason></s:Fault>',
);

const time = (): string => {
  const now = new Date();
  return `<tt:UTCDateTime><tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime>`;
};

/** Answers by the name of the request's element. */
const answers: Record<string, (request: string, host: string) => string> = {
  GetSystemDateAndTime: () =>
    `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>${time()}</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`,
  GetCapabilities: (_, host) =>
    `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>http://${host}/onvif/device_service</tt:XAddr></tt:Device><tt:Media><tt:XAddr>http://${host}/onvif/media_service</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`,
  GetDeviceInformation: () =>
    '<tds:GetDeviceInformationResponse><tds:Manufacturer>Porter</tds:Manufacturer><tds:Model>Stand-in</tds:Model><tds:FirmwareVersion>1</tds:FirmwareVersion><tds:SerialNumber>1</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId></tds:GetDeviceInformationResponse>',
  GetProfiles: () =>
    `<trt:GetProfilesResponse>${camera.profiles.map(token => `<trt:Profiles token="${token}" fixed="true"><tt:Name>${token}</tt:Name></trt:Profiles>`).join('')}</trt:GetProfilesResponse>`,
  GetStreamUri: (request, host) => {
    const token = textOf(request, 'ProfileToken');
    const uri = camera.behaviour === 'no-streams' ? '' : `rtsp://${host.split(':')[0]}:554/${token}`;
    return `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>`;
  },
  GetSnapshotUri: (_, host) =>
    `<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>http://${host}/snapshot</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>`,
};
/** What a camera tells anybody (ONVIF Core, access class PRE_AUTH). */
const public_ = new Set(['GetSystemDateAndTime', 'GetCapabilities']);

function textOf(xml: string, element: string): string {
  const text = new RegExp(`<(?:\\w+:)?${element}\\b[^>]*>([^<]*)<`).exec(xml)?.[1] ?? '';
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

function isAuthorised(request: string): boolean {
  const created = textOf(request, 'Created');
  const digest = createHash('sha1')
    .update(Buffer.from(textOf(request, 'Nonce'), 'base64'))
    .update(created)
    .update(camera.password)
    .digest('base64');
  const isFresh = Math.abs(Date.now() - Date.parse(created)) < 300_000;
  return isFresh && textOf(request, 'Username') === camera.user && textOf(request, 'Password') === digest;
}

const server = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const name = Object.keys(answers).find(one => text.includes(`:${one}`));
  const answer = name && answers[name];
  if (camera.behaviour === 'page' || !answer) {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
    return;
  }
  if (!public_.has(name) && !isAuthorised(text)) {
    response.writeHead(400, { 'content-type': 'application/soap+xml' }).end(notAuthorised);
    return;
  }
  const body = envelope(answer(text, request.headers.host ?? ''));
  response.writeHead(200, {
    'content-type': 'application/soap+xml',
    'content-length': Buffer.byteLength(body),
  });
  if (camera.behaviour === 'stops' && name === 'GetProfiles') response.write(body.slice(0, 20));
  else response.end(body);
});

function answerProbes(port: number): void {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (message, from) => {
    const id = textOf(message.toString(), 'MessageID');
    if (!message.includes('NetworkVideoTransmitter')) return;
    socket.send(
      `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header><a:RelatesTo>${id}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:0001</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Porter_Stand-in onvif://www.onvif.org/hardware/test</d:Scopes><d:XAddrs>http://127.0.0.1:${port}/onvif/device_service</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`,
      from.port,
      from.address,
    );
  });
  socket.bind(3702, () => {
    socket.addMembership('239.255.255.250', '127.0.0.1');
    console.log(port);
  });
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  if (camera.discoverable) answerProbes(port);
  else console.log(port);
});
