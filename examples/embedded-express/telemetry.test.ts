import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { context, trace } from '@opentelemetry/api'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  StackContextManager,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { openTelemetryEvents } from '@portcullis/auth/opentelemetry'
import { allow, Browser, redeem, registerClient, startApp } from './walk.ts'

const logs = new InMemoryLogRecordExporter()
const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: logs })] })
const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const meterProvider = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 })],
})
const spans = new InMemorySpanExporter()
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] })
context.setGlobalContextManager(new StackContextManager().enable())
after(async () => {
  await Promise.all([loggerProvider.shutdown(), meterProvider.shutdown(), tracerProvider.shutdown()])
})

test('a whole connection, refusals included, is told in log records and one counter, whose labels name nobody', async (t) => {
  const origin = await startApp(t, { onEvent: openTelemetryEvents({ meterProvider, loggerProvider }) })
  const browser = new Browser(origin)
  await browser.signIn('ada', 'lovelace')
  const client = await registerClient(origin, 'read')
  const code = await allow(browser, await browser.get(client.request))
  const { access_token: accessToken } = (await (await redeem(origin, client, code)).json()) as { access_token: string }
  await fetch(`${origin}/mcp`, { headers: { authorization: `Bearer ${accessToken}` } })
  await fetch(`${origin}/mcp`, { headers: { authorization: `Bearer ${accessToken}x` } })
  await redeem(origin, client, code)
  await browser.get('/oauth/authorize?client_id=nobody')
  await meterProvider.forceFlush()

  const records = logs.getFinishedLogRecords()
  const scopes = metrics.getMetrics().at(-1)?.scopeMetrics ?? []
  const counted = scopes.flatMap((scope) =>
    scope.metrics.flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes)),
  )
  const told = JSON.stringify([records.map(({ attributes, body }) => [attributes, body]), counted])

  const issued = records.find(({ eventName }) => eventName === 'portcullis.token_issued')
  assert.equal(issued?.severityText, 'INFO')
  assert.equal(issued?.attributes['user.id'], 'u-1')
  assert.equal(issued?.attributes['portcullis.client.id'], client.clientId)
  const refused = records.find(({ eventName }) => eventName === 'portcullis.token_refused')
  assert.equal(refused?.severityText, 'WARN')
  assert.equal(refused?.attributes['error.type'], 'code_reused')
  for (const secret of [code, accessToken, client.verifier]) assert.ok(!told.includes(secret))

  assert.ok(
    counted.some(
      (labels) =>
        labels['portcullis.event'] === 'token_issued' && labels['portcullis.grant.type'] === 'authorization_code',
    ),
  )
  assert.ok(counted.some((labels) => labels['error.type'] === 'unknown_client'))
  const allowed = ['portcullis.event', 'error.type', 'portcullis.reason', 'portcullis.grant.type']
  assert.deepEqual(
    counted.flatMap((labels) => Object.keys(labels)).filter((name) => !allowed.includes(name)),
    [],
  )
  for (const one of ['u-1', client.clientId, origin]) assert.ok(!JSON.stringify(counted).includes(one), one)
})

test('the span that is active has the events, and an error as its status where the fault is ours', () => {
  const tell = openTelemetryEvents({ meterProvider, loggerProvider })
  const tracer = tracerProvider.getTracer('test')

  tracer.startActiveSpan('refused', (span) => {
    tell({ type: 'token_refused', reason: 'wrong_client', detail: 'No', clientId: 'c1' })
    span.end()
  })
  tracer.startActiveSpan('failed', (span) => {
    tell({ type: 'failure', operation: 'POST /token', cause: new TypeError('password=s3cret') })
    span.end()
  })

  const [refused, failed] = spans.getFinishedSpans()
  assert.deepEqual(
    refused?.events.map(({ name, attributes }) => [name, attributes?.['error.type']]),
    [['portcullis.token_refused', 'wrong_client']],
  )
  assert.equal(refused?.status.code, 0)
  assert.deepEqual(failed?.status, { code: 2, message: 'failure' })
  assert.equal(failed?.attributes['error.type'], 'TypeError')
  assert.ok(!JSON.stringify(failed?.events).includes('s3cret'))
  assert.equal(trace.getActiveSpan(), undefined)
})
