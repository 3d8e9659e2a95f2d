/** What a parent process is told over IPC when a server of ours is up. */
export interface ReadyMessage {
  readonly kind: 'ready';
  readonly address: string;
}

export interface RunningServer {
  readonly address: string;
  close(): Promise<void>;
}

const sameRequest_s = 0.5;

/**
 * Keeps the process alive until it is asked to stop (SIGINT, SIGTERM, or the parent is gone), then closes the server once and
 * exits. A second signal exits at once, unless it comes within half a second: a terminal and npm both pass on one Ctrl-C.
 */
export async function serveUntilStopped(server: RunningServer): Promise<void> {
  process.send?.({ kind: 'ready', address: server.address } satisfies ReadyMessage);
  await new Promise<void>(resolve => {
    let asked_s: number | undefined;
    const stop = () => {
      if (asked_s === undefined) asked_s = process.uptime();
      else if (process.uptime() - asked_s > sameRequest_s) process.exit(130);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('disconnect', stop);
  });
  await server.close();
  if (process.connected) process.disconnect();
}
