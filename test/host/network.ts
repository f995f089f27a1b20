/** Answers every request of a window from the session's handlers. Nothing ever goes to a network. */
import type { CdpSession, Protocol } from './cdp.ts';
import type { SessionStandIn } from './session.ts';

type Paused = Protocol.Fetch.requestPausedPayload;
type Decision = { fail: Protocol.Network.ErrorReason } | { answer: Response } | { let: true };

/** Decides about a navigation before its request is answered. */
export type AllowNavigation = (request: Paused) => Promise<boolean>;

// Schemes whose bytes are in the page or in Chromium already.
const LOCAL = new Set(['data:', 'blob:', 'about:', 'chrome:', 'chrome-extension:', 'devtools:']);
const NULL_BODY = new Set([101, 204, 205, 304]);

/** Intercepts all requests of one target. */
export async function interceptRequests(
  target: CdpSession,
  session: SessionStandIn,
  allowNavigation: AllowNavigation,
): Promise<void> {
  target.on('Fetch.requestPaused', (paused) => {
    void decide(paused, session, allowNavigation)
      .catch((error: unknown): Decision => {
        process.stderr.write(`stand-in: ${paused.request.url}: ${String(error)}\n`);
        return { fail: 'Failed' };
      })
      .then((decision) => carryOut(target, paused.requestId, decision));
  });
  // Some kinds of target (a dedicated worker, say) have no Fetch of their own: their owner's sees the requests.
  await target.attempt('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
}

async function decide(paused: Paused, session: SessionStandIn, allowNavigation: AllowNavigation): Promise<Decision> {
  const { protocol } = new URL(paused.request.url);
  if (LOCAL.has(protocol)) return { let: true };
  if (paused.resourceType === 'Document' && !(await allowNavigation(paused))) return { fail: 'Aborted' };
  const before = await session.askBeforeRequest(paused);
  if (before.cancel) return { fail: 'BlockedByClient' };
  if (before.redirectURL) return { answer: Response.redirect(before.redirectURL, 307) };
  const handler = session.handlerOf(protocol.slice(0, -1));
  if (!handler) return { fail: 'BlockedByClient' };
  const answer = await handler(requestOf(paused));
  return answer.type === 'error' ? { fail: 'Failed' } : { answer: await session.askHeadersReceived(paused, answer) };
}

async function carryOut(target: CdpSession, requestId: string, decision: Decision): Promise<void> {
  if ('let' in decision) await target.attempt('Fetch.continueRequest', { requestId });
  else if ('fail' in decision) await target.attempt('Fetch.failRequest', { requestId, errorReason: decision.fail });
  else {
    const { answer } = decision;
    await target.attempt('Fetch.fulfillRequest', {
      requestId,
      responseCode: answer.status,
      ...(answer.statusText ? { responsePhrase: answer.statusText } : {}),
      responseHeaders: [...answer.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await answer.arrayBuffer()).toString('base64'),
    });
  }
}

function requestOf({ request }: Paused): Request {
  const parts = (request.postDataEntries ?? []).map(({ bytes }) => Buffer.from(bytes ?? '', 'base64'));
  return new Request(request.url + (request.urlFragment ?? ''), {
    method: request.method,
    headers: request.headers,
    ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
  });
}

/** A response with other headers, for webRequest.onHeadersReceived. */
export async function withHeaders(answer: Response, headers: Headers): Promise<Response> {
  const body = NULL_BODY.has(answer.status) ? null : await answer.arrayBuffer();
  return new Response(body, { status: answer.status, statusText: answer.statusText, headers });
}
