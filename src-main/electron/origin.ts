/**
 * The one origin of the window: https, so that WebAuthn works there, answered from our own files, never from a network.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

export const ORIGIN = 'https://keyrack.internal';

export function isOwn(address: string): boolean {
  return URL.canParse(address) && new URL(address).origin === ORIGIN;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const NONCE_PLACE = '__CSP_NONCE__';

/** No inline, no eval, no other origin; the nonce is for the style element of the component library alone. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // React sets style attributes through the CSSOM, which this does not touch.
    "style-src-attr 'none'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Whether a page may ask a security key: a permissions policy, by the names of WebAuthn §5.9 and §5.10. */
export type SecurityKeyLeave = 'may-ask-security-keys' | 'no-security-keys';

function permissionsPolicy(leave: SecurityKeyLeave): string {
  const who = leave === 'may-ask-security-keys' ? '(self)' : '()';
  return `publickey-credentials-get=${who}, publickey-credentials-create=${who}`;
}

/** @param root folder of the built renderer. @returns the answer to any request of the window; nothing outside `root` is ever read */
export function createOriginHandler(root: string, leave: SecurityKeyLeave): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    if (url.origin !== ORIGIN || request.method !== 'GET') return new Response(null, { status: 403 });
    const path = url.pathname === '/' ? '/index.html' : decodeURIComponent(url.pathname);
    const file = normalize(join(root, path));
    const type = TYPES[extname(file)];
    if (!file.startsWith(root + sep) || type === undefined) return new Response(null, { status: 404 });
    const nonce = randomBytes(16).toString('base64');
    try {
      const bytes = await readFile(file);
      const body =
        extname(file) === '.html' ? bytes.toString('utf8').replace(NONCE_PLACE, nonce) : new Uint8Array(bytes);
      return new Response(body, {
        headers: {
          'content-type': type,
          'content-security-policy': contentSecurityPolicy(nonce),
          'permissions-policy': permissionsPolicy(leave),
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cache-control': 'no-store',
        },
      });
    } catch {
      return new Response(null, { status: 404 });
    }
  };
}
