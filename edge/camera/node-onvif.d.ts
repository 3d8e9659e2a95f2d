/** The part of node-onvif 0.1.7 that Porter uses. */
declare module 'node-onvif' {
  interface Probe {
    readonly urn: string;
    readonly name: string;
    readonly xaddrs: readonly string[];
  }
  class OnvifDevice {
    constructor(options: { xaddr: string; user?: string; pass?: string });
    init(): Promise<Record<string, string>>;
    getUdpStreamUrl(): string;
  }
  const onvif: {
    startProbe(): Promise<Probe[]>;
    stopProbe(): Promise<void>;
    OnvifDevice: typeof OnvifDevice;
  };
  export default onvif;
}
