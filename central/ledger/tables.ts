// biome-ignore lint/suspicious/noEmptyInterface: filled in with the ledger's migration
export interface LedgerTables {}
