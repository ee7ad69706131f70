import Glibc
import HoistwayCommands

// The program as it is, except that it dies at the write to its state that the environment names: see `scripts/crash`.
StateWrites.watch()
exit(await Program.run(Array(CommandLine.arguments.dropFirst())))
