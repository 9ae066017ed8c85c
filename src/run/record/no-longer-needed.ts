/** Why a gate is cancelled that goes on when the verdict is out. */
export const noLongerNeeded = "no longer needed, as the verdict is out";
