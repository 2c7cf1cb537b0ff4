export class ConsolePage {
  constructor(_: unknown) {}
  async waitUntilLive(): Promise<void> {}
}
