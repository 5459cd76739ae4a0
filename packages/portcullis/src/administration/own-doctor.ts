import type { Report } from '@portcullis/doctor'

/** What the doctor says of the server at its public URL, asked from this machine as any client would ask. It takes up to fifteen seconds, and makes nothing. */
export async function examineServer(publicUrl: string): Promise<Report> {
  // Whoever serves needs none of it in memory until somebody asks.
  const { diagnose, reportOf } = await import('@portcullis/doctor')
  return reportOf(await diagnose(publicUrl))
}
