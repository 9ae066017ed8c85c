export { virtualClock, type VirtualClock } from "../run/virtual-clock.js";
export { checkGate, type CheckGateOptions } from "./check-gate.js";
export { recordStoreContract, type ContractTest, type MakeRecordStore } from "./record-store-contract.js";
