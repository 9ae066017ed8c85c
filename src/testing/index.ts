export { virtualClock, type VirtualClock } from "../run/host/virtual-clock.js";
export { checkGate, type CheckGateOptions } from "./check-gate.js";
export {
  readOnlyDatabaseContract,
  type ContractDatabase,
  type ReadOnlyDatabaseContractOptions,
} from "./read-only-database-contract.js";
export {
  recordStoreContract,
  type ContractTest,
  type MakeRecordStore,
} from "./record-store-contract/record-store-contract.js";
