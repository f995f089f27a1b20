/**
 * The class keys of a new hotel (DESIGN §4): made, sealed to their first holder and to the recovery key, and zeroed. The founding officer
 * stands for all of it with her signature and holds none.
 */
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import type { ClassGrant, Employee, Entitlement, RecoveryGrant, RecoveryKey } from '../../src-shared/model/entities.ts';
import { EntitlementId, GrantId, type PropertyId, RecoveryKeyId } from '../../src-shared/model/ids.ts';
import { makeClassGrant } from './class-grant.ts';
import { makeEntitlement, type Right } from './entitlement.ts';
import type { ClassKey } from './field-seal.ts';
import { makeRecoveryGrant, type RecoveryGrantOrder } from './recovery-grant.ts';
import type { MadeRecoveryKey } from './recovery-key.ts';

interface Founders {
  readonly propertyId: PropertyId;
  /** Her order to herself is the root of every other; her private signing key (PKCS #8) is still the caller's to zero. */
  readonly officer: { readonly row: Employee; readonly signing: Buffer };
  /** Who is to hold every class. */
  readonly holder: Employee;
  readonly recoveryKey: Pick<MadeRecoveryKey, 'publicKey'>;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface FirstKeys {
  readonly entitlements: Entitlement[];
  readonly grants: ClassGrant[];
  readonly recoveryKey: RecoveryKey;
  readonly recoveryGrants: RecoveryGrant[];
}

/** Makes the keys of epoch 1. Nobody has them afterwards but who opens one of these grants. */
export async function sealFirstKeys({ propertyId, officer, holder, recoveryKey, at }: Founders): Promise<FirstKeys> {
  const keys = SEALED_CLASSES.map(newClassKey);
  const by = { id: officer.row.id, signing: officer.signing };
  const made = {
    id: RecoveryKeyId.parse(ulid(at)),
    publicKey: recoveryKey.publicKey,
    madeBy: officer.row.id,
    madeAt: at,
  };
  const order = (to: Employee, right: Right) =>
    makeEntitlement({ id: EntitlementId.parse(ulid(at)), propertyId, to, right, by, at });
  try {
    const recoveryGrants = await sealAllTo({ recoveryKey: made, keys, propertyId, by, at });
    const grants = await Promise.all(
      keys.map((classKey) =>
        makeClassGrant({ id: GrantId.parse(ulid(at)), propertyId, classKey, scope: 'see', to: holder, by, at }),
      ),
    );
    const entitlements = [
      order(officer.row, { scope: 'order', class: null }),
      // Two who may order: the hotel does not stand still without the one.
      order(holder, { scope: 'order', class: null }),
      ...SEALED_CLASSES.map((dataClass) => order(holder, { scope: 'see', class: dataClass })),
    ];
    return { entitlements, grants, recoveryKey: made, recoveryGrants };
  } finally {
    for (const { key } of keys) key.fill(0);
  }
}

/** Seals class keys, which stay the caller's to zero, to a recovery key. */
export function sealAllTo({
  recoveryKey: to,
  keys,
  propertyId,
  by,
  at,
}: {
  readonly recoveryKey: Pick<RecoveryKey, 'id' | 'publicKey'>;
  readonly keys: readonly ClassKey[];
  readonly propertyId: PropertyId;
  readonly by: RecoveryGrantOrder['by'];
  readonly at: number;
}): Promise<RecoveryGrant[]> {
  return Promise.all(
    keys.map((classKey) => makeRecoveryGrant({ id: GrantId.parse(ulid(at)), propertyId, classKey, to, by, at })),
  );
}

const newClassKey = (dataClass: SealedClass): ClassKey => ({ class: dataClass, epoch: 1, key: randomBytes(32) });
