/** What IT sets up beside the program: terminal.json in the data folder, parsed by a schema. */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

const Config = z.strictObject({
  /** `https://host:port` of the hotel's server. */
  serverUrl: z.url({ protocol: /^https$/, error: 'an https:// address' }),
  /** PEM file with the hotel's CA certificate; relative paths are beside terminal.json. */
  caFile: z.string().min(1),
  /** What this terminal is called on the desk and in the log. */
  terminalName: z.string().min(1).max(80),
  /** One-time code; left out, the window asks for it. */
  enrolmentCode: z.string().min(4).max(64).optional(),
  /** Marks the window as a demonstration. */
  demo: z.boolean().default(false),
});

export interface TerminalConfig extends Omit<z.infer<typeof Config>, 'caFile'> {
  readonly caPem: string;
}

/** terminal.json is missing or does not fit; `field` names where, the message what to do. Never quotes the content. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly field: string;
  constructor(field: string, remedy: string) {
    super(`terminal.json, ${field}: ${remedy}`);
    this.field = field;
  }
}

/** Reads the configuration. @throws ConfigError */
export function readConfig(file: string): TerminalConfig {
  if (!existsSync(file)) throw new ConfigError('file', 'create it with serverUrl, caFile and terminalName');
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new ConfigError('file', 'is not valid JSON');
  }
  const parsed = Config.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(issue?.path.join('.') || 'file', issue?.message ?? 'does not fit');
  }
  const { caFile, ...config } = parsed.data;
  return { ...config, caPem: readCertificate(resolve(dirname(file), caFile)) };
}

function readCertificate(file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError('caFile', 'names a file that is not there or cannot be read');
  }
  try {
    // The constructor takes the binary form too, which the TLS context would not.
    if (pem.includes('-----BEGIN CERTIFICATE-----') && new X509Certificate(pem).ca) return pem;
  } catch {
    // As below.
  }
  throw new ConfigError('caFile', 'is not the PEM certificate of a certification authority');
}

/** Where everything of this terminal lies. */
export function terminalFiles(folder: string) {
  return {
    config: join(folder, 'terminal.json'),
    preferences: join(folder, 'preferences.json'),
    installation: join(folder, 'installation-id'),
    cache: join(folder, 'cache.db'),
    seeds: join(folder, 'seeds.db'),
    decoy: join(folder, 'decoy.db'),
    slots: join(folder, 'slots.json'),
    accessLog: join(folder, 'access-log.db'),
    leases: join(folder, 'leases.json'),
  } as const;
}
export type TerminalFiles = ReturnType<typeof terminalFiles>;
