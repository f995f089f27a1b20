/** Child of memory-after-lock.test.ts: a terminal without a window that does what each line says, and keeps nothing of the answers. */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemClock } from '../../src-main/clock.ts';
import { terminalFiles } from '../../src-main/config.ts';
import { createHandlers } from '../../src-main/desk/channels.ts';
import { Prompt } from '../../src-main/desk/prompt.ts';
import { createPromptHandlers } from '../../src-main/desk/prompt-channels.ts';
import { serveChannel } from '../../src-main/desk/serve-channel.ts';
import { Terminal } from '../../src-main/terminal.ts';
import { createKeytarKeyStore } from '../../src-main/vault/keytar-key-store.ts';
import { CHANNELS, type ChannelName } from '../../src-shared/ipc/contract.ts';
import { PROMPT_CHANNELS, type PromptChannelName } from '../../src-shared/ipc/prompt-contract.ts';

const folder = process.argv[2] ?? '';
const terminal = new Terminal({
  files: terminalFiles(folder),
  folder,
  keyStore: createKeytarKeyStore,
  clock: systemClock,
  version: '0.0.0-test',
  note: () => undefined,
});
const prompt = new Prompt({
  face: {
    open: () => undefined,
    tell: () => undefined,
    show: () => undefined,
    hide: () => undefined,
    print: async () => false,
  },
  look: () => terminal.status,
  note: () => undefined,
});
const [handlers, promptHandlers] = [
  createHandlers(terminal, systemClock, prompt),
  createPromptHandlers(terminal, prompt),
];
const say = (line: string) => writeSync(1, `${line}\n`);
const onIncident = () => say('incident');

await terminal.start();
say(terminal.status.phase);
for await (const line of createInterface({ input: process.stdin })) {
  const [window, name, input] = JSON.parse(line) as ['app' | 'prompt', string, unknown?];
  const answered =
    window === 'app'
      ? serveChannel(CHANNELS, name as ChannelName, handlers, true, input, onIncident)
      : serveChannel(PROMPT_CHANNELS, name as PromptChannelName, promptHandlers, true, input, onIncident);
  // What opens the prompt is answered when that has closed.
  if (name === 'session.signIn' || name === 'session.unlock') {
    void answered;
    while (prompt.view.question === null) await nextTurn();
    say('asked');
  } else {
    const answer = await answered;
    say(answer.ok ? 'ok' : answer.error.code);
  }
}
await terminal.close();
process.exit(0);
