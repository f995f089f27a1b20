/** Every connection to the database was taken, and stayed so for as long as a request waits: it is asked again later. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy';
  constructor() {
    super('every connection to the database is taken');
  }
}
