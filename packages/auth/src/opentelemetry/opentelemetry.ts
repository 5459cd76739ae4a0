import {
  type LoggerProvider,
  logs,
  type MeterProvider,
  metrics,
  SeverityNumber,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { ConnectionEvent } from '../protocol/events.ts'
import { attributesOf, errorTypeOf } from './attributes.ts'

export interface OpenTelemetryOptions {
  /** Where the counter is made. Default: the global meter provider. */
  meterProvider?: Pick<MeterProvider, 'getMeter'>
  /** Where log records go. Default: the global logger provider. */
  loggerProvider?: Pick<LoggerProvider, 'getLogger'>
}

const scope = '@portcullis/auth'

/**
 * Tells OpenTelemetry each step of a connection: pass it as `onEvent`. Each event is counted (`portcullis.events`), becomes a log record, and an event of
 * the span that is active where it happens, whose status becomes an error where the fault is ours. Nothing secret is told, and what labels the
 * counter is of closed unions: neither persons nor clients.
 */
export function openTelemetryEvents({
  meterProvider = metrics,
  loggerProvider = logs,
}: OpenTelemetryOptions = {}): (event: ConnectionEvent) => void {
  const counter = meterProvider.getMeter(scope).createCounter('portcullis.events', {
    description: 'Steps of connections: what was served, issued, allowed and refused',
    unit: '{event}',
  })
  const logger = loggerProvider.getLogger(scope)
  return (event) => {
    const eventName = `portcullis.${event.type}`
    const attributes = attributesOf(event)
    counter.add(1, labelsOf(event))
    logger.emit({ eventName, ...severityOf(event), body: bodyOf(event), attributes })
    const span = trace.getActiveSpan()
    if (span?.isRecording() !== true) return
    span.addEvent(eventName, attributes)
    if (!isOurFault(event)) return
    span.setAttribute('error.type', errorTypeOf(event) ?? '_OTHER')
    span.setStatus({ code: SpanStatusCode.ERROR, message: event.type })
  }
}

function labelsOf(event: ConnectionEvent): Record<string, string> {
  const errorType = errorTypeOf(event)
  return {
    'portcullis.event': event.type,
    ...(errorType !== undefined && event.type !== 'failure' && { 'error.type': errorType }),
    ...(event.type === 'grant_ended' && { 'portcullis.reason': event.reason }),
    ...(event.type === 'token_issued' && { 'portcullis.grant.type': event.grantType }),
  }
}

function bodyOf(event: ConnectionEvent): string {
  return event.type.replaceAll('_', ' ')
}

/** Ours, or of what we depend on: the client can do nothing about it. */
function isOurFault({ type }: ConnectionEvent): boolean {
  return ['failure', 'claims_failed', 'verification_unavailable', 'metadata_unavailable', 'upstream_failed'].includes(
    type,
  )
}

const ofLittleNote = new Set(['authenticated', 'call_allowed', 'metadata_served', 'code_issued'])

function severityOf(event: ConnectionEvent): { severityNumber: SeverityNumber; severityText: string } {
  if (isOurFault(event)) return { severityNumber: SeverityNumber.ERROR, severityText: 'ERROR' }
  if (errorTypeOf(event) !== undefined) return { severityNumber: SeverityNumber.WARN, severityText: 'WARN' }
  if (ofLittleNote.has(event.type)) return { severityNumber: SeverityNumber.DEBUG, severityText: 'DEBUG' }
  return { severityNumber: SeverityNumber.INFO, severityText: 'INFO' }
}
