/**
 * Runs one call of node:crypto that is given a key as bytes. Node finds out that bytes are neither a KeyObject nor a CryptoKey by two
 * exceptions that it throws and catches itself, and their stack traces, which nobody reads, take two thirds of the time in which a short
 * value is sealed. A KeyObject would spare them, and leave a copy of the key in memory that nobody can zero.
 * @returns what the call gives. What it throws comes without a trace: nothing but that call belongs in here
 */
export function bytesAsKey<T>(call: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
