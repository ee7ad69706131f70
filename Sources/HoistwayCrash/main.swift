import Glibc
import HoistwayCommands

// The normal program, but it is killed at the write to its state that the environment names: see `scripts/crash`.
StateWrites.watch()
exit(await Program.run(Array(CommandLine.arguments.dropFirst())))
