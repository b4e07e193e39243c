/** Whom a program gets a token for, and where. */
export interface Application {
  readonly origin: string
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
}
