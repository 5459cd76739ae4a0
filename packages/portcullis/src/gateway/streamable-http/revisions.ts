/** The revisions with sessions, oldest first. */
export const legacyVersions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const
/** The first revision without. */
export const modernVersion = '2026-07-28'
