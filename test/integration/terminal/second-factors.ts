/** The second factors of a demo hotel's staff, as new: tests that share a hotel do not wait for one another's codes. */
import { keepStepUp } from '../../../scripts/demo/found.ts';
import { DEMO_PROPERTY } from '../../../scripts/demo/hotel.ts';
import type { DemoServer } from '../../../scripts/demo/serve.ts';
import { ENTITIES } from '../../../src-shared/model/index.ts';

const signingKeys = new WeakMap<DemoServer, ReadonlyMap<string, string>>();

/** Puts everybody's secrets into the server once more, as founding does: no code was used then, and none guessed. */
export async function renewSecondFactors(server: DemoServer): Promise<void> {
  const known = signingKeys.get(server) ?? (await readSigningKeys(server));
  signingKeys.set(server, known);
  for (const person of server.staff) {
    const signingKey = known.get(person.id);
    if (signingKey !== undefined) keepStepUp(server.store, DEMO_PROPERTY, person, { signingKey });
  }
}

async function readSigningKeys({ store }: DemoServer): Promise<ReadonlyMap<string, string>> {
  const { rows } = await store.readFeed(DEMO_PROPERTY, 0, 100_000);
  const employees = rows.filter(({ entity }) => entity === 'employee');
  return new Map(
    employees.map(({ json }) => {
      const { id, signingKey } = ENTITIES.employee.parse(JSON.parse(json));
      return [id, signingKey];
    }),
  );
}
