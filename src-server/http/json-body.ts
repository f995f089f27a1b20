import { errorCodes } from 'fastify';
import type { App } from './app.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bodies are JSON in UTF-8 and nothing else. Fastify's own parser would put U+FFFD where the bytes are no text, and go on. */
export function readJsonOnly(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string;
    try {
      text = utf8.decode(body);
    } catch {
      done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY());
      return;
    }
    parse(request, text, done);
  });
}
