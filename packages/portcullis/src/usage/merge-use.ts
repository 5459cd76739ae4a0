import type { CalledTool, GrantUseRecord } from '../store/records.ts'

/** Tools of a grant of which it is kept that they were called; those called longest ago give way. */
const mostTools = 20

/** What was kept of a grant's use, and what was seen of it since, perhaps by several processes at once. */
export function mergeUse(kept: GrantUseRecord | undefined, seen: GrantUseRecord): GrantUseRecord {
  if (kept === undefined) return limited(seen)
  const tools = new Map(kept.tools.map((tool) => [tool.name, tool]))
  for (const { name, count, calledAt } of seen.tools) {
    const before = tools.get(name)
    tools.set(name, {
      name,
      count: count + (before?.count ?? 0),
      calledAt: Math.max(calledAt, before?.calledAt ?? 0),
    })
  }
  return limited({
    usedAt: Math.max(kept.usedAt, seen.usedAt),
    tools: [...tools.values()],
    furtherCalls: (kept.furtherCalls ?? 0) + (seen.furtherCalls ?? 0),
    unreadRequests: (kept.unreadRequests ?? 0) + (seen.unreadRequests ?? 0),
  })
}

/** Who calls ever new names does not hide thereby how much was called. */
function limited({ usedAt, tools, furtherCalls = 0, unreadRequests = 0 }: GrantUseRecord): GrantUseRecord {
  const byTime = tools.toSorted(latestFirst)
  const further = byTime.slice(mostTools).reduce((calls, { count }) => calls + count, furtherCalls)
  return {
    usedAt,
    tools: byTime.slice(0, mostTools),
    ...(further > 0 && { furtherCalls: further }),
    ...(unreadRequests > 0 && { unreadRequests }),
  }
}

function latestFirst(a: CalledTool, b: CalledTool): number {
  return b.calledAt - a.calledAt || b.count - a.count
}
