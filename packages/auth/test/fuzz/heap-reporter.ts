/** Loaded into the program before it starts: tells its parent how much of its heap is in use, when asked. */
import process from 'node:process'
import { heapInUse } from './heap.ts'

process.on('message', () => process.send?.(heapInUse()))
process.channel?.unref() // it ends when it wants to
