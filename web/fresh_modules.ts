import { vi } from "vitest";

// Runs before each file: one that shares a thread with others has modules of its own, and what they stubbed is gone.
vi.useRealTimers();
vi.unstubAllGlobals();
vi.resetModules();
