/** What the benchmark uses of node-zookeeper-client, which brings no types. */
declare module 'node-zookeeper-client' {
  export interface Client {
    connect(): void;
    close(): void;
    once(event: 'connected', listener: () => void): void;
    create(path: string, data: Buffer | null, mode: number, callback: (error: Error | null) => void): void;
    exists(
      path: string,
      watcher: (() => void) | null,
      callback: (error: Error | null, stat: object | null) => void,
    ): void;
    getChildren(path: string, callback: (error: Error | null, children: string[]) => void): void;
  }
  const zooKeeper: {
    createClient(connection: string, options?: { sessionTimeout?: number }): Client;
    readonly CreateMode: { readonly PERSISTENT: number; readonly EPHEMERAL: number };
    readonly Exception: { readonly NODE_EXISTS: number };
  };
  export default zooKeeper;
}
