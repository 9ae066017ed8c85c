export { fileStore, type FileStoreOptions } from "./file/file-store.js";
export { memoryStore } from "./memory-store.js";
