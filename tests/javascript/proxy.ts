/** A line to a server that can be cut: for a client, what a tunnel or an underground train is. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';

export class TcpProxy {
  private server: Server | undefined;
  private readonly open = new Set<Socket>();
  private losesAnswers = false;
  private portNumber = 0;

  constructor(private readonly target: { host: string; port: number }) {}

  /** Where it listens, the same after a cut. */
  get port(): number {
    return this.portNumber;
  }

  /** Listen, and let everything pass. */
  async restore(): Promise<void> {
    this.losesAnswers = false;
    if (this.server) return;
    const server = createServer((client) => this.join(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.portNumber, HOST, resolve);
    });
    this.server = server;
    this.portNumber = (server.address() as AddressInfo).port;
  }

  /** Drop every connection, and refuse new ones. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.open) socket.destroy();
    await closed;
  }

  /** From now on what the server says is lost, while it hears everything. */
  loseAnswers(): void {
    this.losesAnswers = true;
  }

  private join(client: Socket): void {
    const server = connect(this.target.port, this.target.host);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.open.add(one);
      one.setNoDelay(true);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.open.delete(one);
        other.destroy();
      });
    }
    client.pipe(server);
    server.on('data', (answer) => {
      if (!this.losesAnswers) client.write(answer);
    });
    server.on('end', () => client.end());
  }
}
