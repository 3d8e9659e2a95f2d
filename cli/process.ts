/** What a parent process is told over IPC when a server of ours is up. */
export interface ReadyMessage {
  readonly kind: 'ready';
  readonly address: string;
}

export interface RunningServer {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Keeps the process alive until it is asked to stop (SIGINT, SIGTERM, or the parent is gone), then closes the server once and
 * exits; a second signal exits at once.
 */
export async function serveUntilStopped(server: RunningServer): Promise<void> {
  process.send?.({ kind: 'ready', address: server.address } satisfies ReadyMessage);
  await new Promise<void>(resolve => {
    let stopping = false;
    const stop = () => {
      if (stopping) process.exit(130);
      stopping = true;
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('disconnect', stop);
  });
  await server.close();
  if (process.connected) process.disconnect();
}
