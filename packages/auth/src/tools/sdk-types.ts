/** `McpServer` of the official SDK, 1.x or 2.x, as far as tools are registered at it. */
export interface ToolServer {
  registerTool(name: string, config: never, handler: never): unknown
}

/** A schema that says what it gives (Standard Schema v1): of Zod, Valibot, ArkType and others. */
interface TypedSchema {
  readonly '~standard': { readonly types?: { readonly output: unknown } | undefined }
}

/** The schema of a tool's arguments: one, or one for each of them, as older versions of the SDK want it. */
export type ToolSchema = TypedSchema | Readonly<Record<string, TypedSchema>> | undefined

type OutputOf<Schema> = Schema extends { readonly '~standard': { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output }
    ? Output
    : unknown
  : unknown

type OptionalKeys<Shape> = { [Key in keyof Shape]: undefined extends OutputOf<Shape[Key]> ? Key : never }[keyof Shape]

type Arguments<Schema> = Schema extends TypedSchema
  ? OutputOf<Schema>
  : { [Key in Exclude<keyof Schema, OptionalKeys<Schema>>]: OutputOf<Schema[Key]> } & {
      [Key in OptionalKeys<Schema>]?: OutputOf<Schema[Key]>
    }

type Registers<Server extends ToolServer> = Server['registerTool']

/** What the SDK takes beside the schema of the arguments. */
export type ConfigOf<Server extends ToolServer> =
  Registers<Server> extends (name: string, config: infer Config, handler: never) => unknown
    ? Omit<Config, 'inputSchema'>
    : never

export type RegisteredOf<Server extends ToolServer> = ReturnType<Registers<Server>>

/** Where a tool that was registered keeps its handler, the SDK says what that is given and what it gives, whatever its arguments. */
type SdkHandler<Server extends ToolServer> = Extract<
  RegisteredOf<Server> extends { handler: infer Found } ? Found : never,
  (...given: never[]) => unknown
>

type ExtraOf<Found> = Found extends (...given: infer Given) => unknown
  ? Given extends readonly [...unknown[], infer Last]
    ? Last
    : never
  : never

type ResultOf<Found> = Found extends (...given: never[]) => infer Result ? Result : never

/** A handler as the SDK has it: with arguments where there is a schema, and what the SDK tells of the request behind them. */
export type Handler<Server extends ToolServer, Schema extends ToolSchema> = Schema extends undefined
  ? (extra: ExtraOf<SdkHandler<Server>>) => ResultOf<SdkHandler<Server>>
  : (given: Arguments<Schema>, extra: ExtraOf<SdkHandler<Server>>) => ResultOf<SdkHandler<Server>>
