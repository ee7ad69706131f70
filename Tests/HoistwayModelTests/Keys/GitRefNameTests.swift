import HoistwayModel
import Testing

struct GitRefNameTests {
    @Test(arguments: [
        "main", "feature/x", "release-1.2", "v1", "ümlaut", "a@b", "x{y}", String(repeating: "a", count: 255),
    ])
    func `a name that Git takes is taken`(_ name: String) {
        #expect(GitRefName.isValidBranch(name))
    }

    @Test(arguments: [
        ("", GitRefName.Problem.empty), ("a b", .forbiddenCharacter), ("../x", .dots), ("-x", .leadingDash),
        ("refs/heads/x", .fullName), ("@", .reserved), ("HEAD", .reserved), ("a@{1}", .reserved), ("a..b", .dots),
        ("a.", .dots), ("/a", .badSegment), ("a/", .badSegment), ("a//b", .badSegment), (".a", .badSegment),
        ("a/.b", .badSegment), ("a.lock", .badSegment), ("a.lock/b", .badSegment), ("a\nb", .forbiddenCharacter),
        ("a\u{7f}", .forbiddenCharacter), ("a~1", .forbiddenCharacter), ("a^", .forbiddenCharacter),
        ("a:b", .forbiddenCharacter), ("a?", .forbiddenCharacter), ("a*", .forbiddenCharacter),
        ("a[", .forbiddenCharacter), ("a\\b", .forbiddenCharacter), ("\u{1b}[31m", .forbiddenCharacter),
        (String(repeating: "a", count: 256), .tooLong),
    ])
    func `a name that Git refuses, or that is surely a mistake, is refused`(name: String, problem: GitRefName.Problem) {
        #expect(GitRefName.problem(withShortName: name) == problem)
    }
}
