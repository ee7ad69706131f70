import Glibc
import HoistwayCommands

exit(await Program.run(Array(CommandLine.arguments.dropFirst())))
