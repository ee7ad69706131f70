import Testing

@testable import HoistwayCommands

struct ExitStatusTests {
    @Test(arguments: [
        (200, 0), (201, 0), (400, 2), (401, 4), (403, 4), (404, 1), (409, 3), (421, 1), (500, 1), (503, 1),
    ])
    func `the console's answer decides the exit status`(_ answered: Int, _ exit: Int32) {
        #expect(CommandFailure.answered(status: answered, message: "", hint: nil).exitStatus.rawValue == exit)
    }
}
