/** The demo hotel's staff. Their passwords are written here because the hotel is a demonstration; no real hotel is founded so. */
import { createHash } from 'node:crypto';
import { type Employee, EmployeeId, type Role } from '../../src-shared/model/index.ts';
import { formatRecoveryCode, RECOVERY_CODE_BYTES, recoveryCodeOf } from '../../src-shared/step-up/recovery-code.ts';
import { createRandom } from './random.ts';

export interface DemoEmployee {
  readonly id: EmployeeId;
  readonly name: string;
  readonly nameLatin: string | null;
  readonly staffNumber: string;
  readonly role: Role;
  readonly password: string;
  /** RFC 6238 secret, 20 bytes. */
  readonly totpSecret: Buffer;
  /** The step-up share, 32 bytes. */
  readonly share: Buffer;
  /** One-time codes for when the phone is gone. */
  readonly recoveryCodes: readonly string[];
}

const STAFF: readonly Pick<DemoEmployee, 'name' | 'nameLatin' | 'staffNumber' | 'role'>[] = [
  { staffNumber: 'R101', name: '李娜', nameLatin: 'Li Na', role: 'receptionist' },
  { staffNumber: 'R102', name: 'Emma Clarke', nameLatin: null, role: 'receptionist' },
  { staffNumber: 'N201', name: '周建国', nameLatin: 'Zhou Jianguo', role: 'night-auditor' },
  { staffNumber: 'F301', name: '王芳', nameLatin: 'Wang Fang', role: 'finance' },
  { staffNumber: 'S401', name: '陈静', nameLatin: 'Chen Jing', role: 'security-officer' },
  { staffNumber: 'M501', name: '赵磊', nameLatin: 'Zhao Lei', role: 'duty-manager' },
  { staffNumber: 'C601', name: '孙悦', nameLatin: 'Sun Yue', role: 'concierge' },
  { staffNumber: 'I701', name: '吴涛', nameLatin: 'Wu Tao', role: 'it' },
];

/** One long day and one long night between them leave no hour out: the demo works whenever somebody looks at it. */
export const DEMO_SHIFTS: Employee['shifts'] = [
  { begins: '06:00', ends: '18:00' },
  { begins: '18:00', ends: '06:00' },
];
/** Everybody is trained for as long as anybody will look at the demo, and has acknowledged its policy. */
export const DEMO_TRAINED_UNTIL = '2099-12-31';
export const DEMO_POLICY_VERSION = 1;

/** 2020-01-01: when everybody was hired, for their ids. */
const HIRED = Date.UTC(2020, 0, 1);

/** The staff with passwords and second factors; the same for the same seed. */
export function demoStaff(seed: number): readonly DemoEmployee[] {
  const random = createRandom(`keyrack/demo-staff/v1/${seed}`);
  return STAFF.map((person) => {
    const secret = (purpose: string) =>
      createHash('sha256').update(`keyrack/${purpose}/v1/${seed}/${person.staffNumber}`).digest();
    return {
      ...person,
      id: EmployeeId.parse(random.ulid(HIRED)),
      password: `HarbourView-${person.staffNumber}`,
      totpSecret: secret('demo-totp').subarray(0, 20),
      share: secret('demo-share'),
      recoveryCodes: demoRecoveryCodes((n) => secret(`demo-recovery-code-${n}`)),
    };
  });
}

function demoRecoveryCodes(bytes: (n: number) => Buffer): readonly string[] {
  const codes: string[] = [];
  for (let n = 0; codes.length < 10; n++) {
    const code = recoveryCodeOf(bytes(n).subarray(0, RECOVERY_CODE_BYTES));
    if (code !== null) codes.push(formatRecoveryCode(code));
  }
  return codes;
}
