/** The part of node-onvif 0.1.7 that Porter uses. */
declare module 'node-onvif' {
  export interface Probe {
    readonly urn: string;
    readonly name: string;
    readonly hardware: string;
    readonly xaddrs: readonly string[];
  }
  export interface Profile {
    readonly token: string;
    readonly name: string;
    readonly stream: { readonly udp: string; readonly http: string; readonly rtsp: string };
  }
  class OnvifDevice {
    constructor(options: { xaddr: string; user?: string; pass?: string });
    init(): Promise<Record<string, string>>;
    getProfileList(): Profile[];
  }
  const onvif: {
    /** ms; how long startProbe collects answers. */
    _DISCOVERY_WAIT: number;
    startProbe(): Promise<Probe[]>;
    stopProbe(): Promise<void>;
    OnvifDevice: typeof OnvifDevice;
  };
  export default onvif;
}
