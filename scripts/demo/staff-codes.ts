/** The demo's staff as a table with the code of this half minute: in a real hotel it is on their phones only. */
import { Secret, TOTP } from 'otpauth';
import type { DemoEmployee } from './staff.ts';

/** The code of an employee's authenticator at an instant (milliseconds since the epoch). */
export function codeOf(person: Pick<DemoEmployee, 'totpSecret'>, at: number): string {
  const secret = new Secret({ buffer: Uint8Array.from(person.totpSecret).buffer });
  return new TOTP({ secret }).generate({ timestamp: at });
}

/** One line a person: staff number, password, code, role, name. */
export function listStaffCodes(staff: readonly DemoEmployee[], at: number): string {
  const line = (number: string, password: string, code: string, role: string, name: string) =>
    `  ${number.padEnd(8)}${password.padEnd(20)}${code.padEnd(9)}${role.padEnd(18)}${name}`;
  return [
    line('Staff', 'Password', 'Code', 'Role', 'Name'),
    ...staff.map((person) => {
      const name = person.nameLatin === null ? person.name : `${person.name} ${person.nameLatin}`;
      return line(person.staffNumber, person.password, codeOf(person, at), person.role, name);
    }),
    '',
  ].join('\n');
}
