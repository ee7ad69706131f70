import Glibc
import HoistwayCommands

// The normal program, but with a faster clock: `hoistway-quick PACE COMMAND…`; see `scripts/bench`, day.
let arguments = CommandLine.arguments.dropFirst()
guard let pace = arguments.first.flatMap(Double.init), pace >= 1 else { fatalError("how fast is the clock to go?") }
let status = await ProgramClock.$current.withValue(QuickClock(pace: pace)) {
    await Program.run(Array(arguments.dropFirst()))
}
exit(status)
