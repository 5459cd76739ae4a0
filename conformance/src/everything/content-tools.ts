import { setTimeout as wait } from 'node:timers/promises'
import { type ContentBlock, fromJsonSchema, type McpServer } from '@modelcontextprotocol/server'
import { audio, image } from './media.ts'

/** Tools that answer by themselves: kinds of content, errors, logs, progress, schemas that `tools/list` must keep. */
export function registerContentTools(mcp: McpServer): void {
  for (const { name, description, content } of answers) mcp.registerTool(name, { description }, () => ({ content }))

  mcp.registerTool('test_error_handling', { description: 'Fails' }, () => {
    throw new Error('This tool fails on purpose')
  })

  mcp.registerTool('test_tool_with_logging', { description: 'Logs three times while it works' }, async (ctx) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await ctx.mcpReq.log('info', data)
      await wait(50)
    }
    return text('Logged three times')
  })

  mcp.registerTool('test_logging_tool', { description: 'Logs once, for who asks for logs' }, async (ctx) => {
    await ctx.mcpReq.log('info', 'At work')
    return text('Logged once')
  })

  mcp.registerTool('test_tool_with_progress', { description: 'Tells of its progress three times' }, async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await ctx.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        })
      await wait(50)
    }
    return text('Done in three steps')
  })

  mcp.registerTool('test_reconnection', { description: 'Closes its stream before it answers' }, async (ctx) => {
    ctx.http?.closeSSE?.()
    await wait(100)
    return text('Answered after the stream was closed')
  })

  mcp.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Has an input schema with the vocabulary of JSON Schema 2020-12', inputSchema: wideSchema },
    (input) => text(JSON.stringify(input)),
  )

  mcp.registerTool(
    'test_header_parameter',
    { description: 'Has an argument that clients repeat in a header', inputSchema: headerSchema },
    ({ region }) => text(region ?? 'no region'),
  )
}

const answers: readonly { name: string; description: string; content: ContentBlock[] }[] = [
  { name: 'test_simple_text', description: 'Text', content: [{ type: 'text', text: 'A simple text.' }] },
  {
    name: 'test_image_content',
    description: 'An image',
    content: [{ type: 'image', data: image, mimeType: 'image/png' }],
  },
  {
    name: 'test_audio_content',
    description: 'Sound',
    content: [{ type: 'audio', data: audio, mimeType: 'audio/wav' }],
  },
  {
    name: 'test_embedded_resource',
    description: 'A resource within the answer',
    content: [
      { type: 'resource', resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'Embedded.' } },
    ],
  },
  {
    name: 'test_multiple_content_types',
    description: 'Text, an image and a resource',
    content: [
      { type: 'text', text: 'Three kinds of content:' },
      { type: 'image', data: image, mimeType: 'image/png' },
      {
        type: 'resource',
        resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"mixed":true}' },
      },
    ],
  },
  {
    name: 'test_streaming_elicitation',
    description: 'Asks nobody anything',
    content: [{ type: 'text', text: 'Only an answer.' }],
  },
]

const wideSchema = fromJsonSchema({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
})

const region = { type: 'string', 'x-mcp-header': 'Region' } as const
const headerSchema = fromJsonSchema<{ region?: string }>({ type: 'object', properties: { region } })

function text(value: string): { content: ContentBlock[] } {
  return { content: [{ type: 'text', text: value }] }
}
