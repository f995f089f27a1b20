/** The password under duress (docs/decisions/0024-duress.md): set, replaced and taken away by whoever it is to help, in the prompt. */
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import { decoyKeyOf } from '../decoy/keys.ts';
import { duressOf, noDuress } from '../vault/slot.ts';
import { ok, presence, record, refuse, useDesk } from './desk.ts';
import { askNewPassword, askOwnPassword, forgetOwn, mayKeepPassword, type PasswordHolder } from './own-password.ts';
import type { Prompt } from './prompt.ts';
import { shareByCode } from './share-by-code.ts';
import { staffItem } from './sign-in.ts';

/**
 * Sets it on this terminal, in the place of whatever was there: her own password, the new one, and a code, by whose secret codes are
 * checked in the decoy. Under duress the same is asked and done, and nothing is changed.
 */
export async function setDuressPassword(
  terminal: PasswordHolder,
  prompt: Pick<Prompt, 'converse'>,
): Promise<IpcResult<null>> {
  const may = await useDesk(terminal, (desk) => mayKeepPassword(desk, 'duress.set'));
  if (!may.ok) return may;
  const who = may.value;
  return prompt.converse(async (talk) => {
    const own = await askOwnPassword(terminal, talk, who, 'duress.set');
    let chosen: Buffer | null = null;
    try {
      const person = staffItem(who.employee);
      const password = await askNewPassword(talk, who, own, 'duress');
      chosen = password;
      return ok(
        await talk.ask('key-code', { person, action: 'duress.set' }, ({ code }) =>
          useDesk(terminal, async (desk) => {
            const { locks } = who;
            const asked = { code: { kind: 'totp', code }, locks, asked: 'duress.set', gone: talk.gone } as const;
            const shared = await shareByCode(desk, who, asked);
            if (!shared.ok) return shared;
            const { share, totpSecret } = shared.value;
            share.fill(0);
            const decoyKey = own.opened.kind === 'own' ? decoyKeyOf(own.opened.cacheKey) : Buffer.alloc(KEY);
            const duress = duressOf(password, { decoyKey, totpSecret });
            try {
              record(desk, who, { type: 'duress.set', outcome: 'allowed' });
              if (own.opened.kind === 'own')
                await terminal.door?.slots.setDuress(who.employee.id, own.password, own.opened, duress);
              return ok(null);
            } finally {
              for (const secret of [totpSecret, decoyKey, duress.digest, duress.content]) secret.fill(0);
            }
          }),
        ),
      );
    } finally {
      chosen?.fill(0);
      forgetOwn(own);
    }
  });
}

/** Takes it away on this terminal, whether there is one or not: what stands there then is one that nobody knows. */
export async function removeDuressPassword(
  terminal: PasswordHolder,
  prompt: Pick<Prompt, 'converse'>,
): Promise<IpcResult<null>> {
  const may = await useDesk(terminal, (desk) => mayKeepPassword(desk, 'duress.set'));
  if (!may.ok) return may;
  const who = may.value;
  return prompt.converse(async (talk) => {
    const own = await askOwnPassword(terminal, talk, who, 'duress.set');
    try {
      return await useDesk(terminal, async (desk) => {
        if (presence(desk) === null || desk.session.locks !== who.locks) return refuse('locked');
        record(desk, who, { type: 'duress.set', outcome: 'allowed', reason: 'removed' });
        if (own.opened.kind === 'own')
          await terminal.door?.slots.setDuress(who.employee.id, own.password, own.opened, noDuress());
        return ok(null);
      });
    } finally {
      forgetOwn(own);
    }
  });
}

const KEY = 32;
