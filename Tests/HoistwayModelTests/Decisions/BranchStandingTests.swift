import HoistwayModel
import Testing

/// How a branch stands to what was left there.
struct BranchStandingTests {
    private typealias Step = (parents: [ObjectID], commit: ForeignCommit)

    private let key = BranchKey(remote: "https://git.example.com/ops", branch: "stage/prod")

    /// The commit whose id is this digit, forty times.
    private func id(_ digit: Character) -> ObjectID { ObjectID(String(repeating: digit, count: 40)) ?? .zero }

    private func commit(_ digit: Character) -> ForeignCommit {
        ForeignCommit(id: id(digit), author: "Ada <ada@example.com>", subject: "commit \(digit)")
    }

    private func step(_ digit: Character, on parents: String) -> Step { (parents.map(id), commit(digit)) }

    /// Left at `head`, with these commits of ours, oldest first.
    private func left(_ head: Character, own: String = "", adopted: Character? = nil) -> BranchRecord {
        BranchRecord(key: key, head: id(head), ownCommits: own.map(id), adopted: adopted.map(id))
    }

    private func question(_ tip: Character?, _ known: BranchRecord?, parents: String? = nil) -> BranchStanding.Question
    {
        BranchStanding.question(
            tip: tip.map(id),
            known: known,
            tipCommit: parents.map { step(tip ?? "0", on: $0) }
        )
    }

    // MARK: Without history

    @Test func `of a branch of which nothing is known nothing can have changed`() {
        #expect(question("1", nil) == .answered(.asLeft))
        #expect(question(nil, nil) == .answered(.asLeft))
        var untouched = left("1")
        untouched.head = .zero
        #expect(question("1", untouched) == .answered(.asLeft))
    }

    @Test func `a branch that was left somewhere and is not there any more is gone`() {
        #expect(question(nil, left("1")) == .answered(.gone(from: id("1"))))
        let zero = BranchStanding.question(tip: .zero, known: left("1"), tipCommit: nil)
        #expect(zero == .answered(.gone(from: id("1"))))
    }

    @Test func `where it was left, or where a person accepted it, it is as it was left`() {
        #expect(question("1", left("1")) == .answered(.asLeft))
        #expect(question("2", left("1", adopted: "2")) == .answered(.asLeft))
    }

    @Test func `a commit of ours above the head was pushed, and only the answer was lost`() {
        #expect(question("3", left("2", own: "123")) == .answered(.asLeft))
    }

    @Test func `a commit of ours below the head means that somebody has put the branch back`() {
        let expected = BranchStanding.rewritten(from: id("2"), to: id("1"))
        #expect(question("1", left("2", own: "123")) == .answered(expected))
        #expect(expected.drift == id("1"))
    }

    @Test func `a commit of ours is as left where the head itself is none of ours`() {
        #expect(question("1", left("9", own: "12")) == .answered(.asLeft))
    }

    @Test(arguments: ["2", "7", "3", "82"])
    func `one commit on the head, on what was accepted or on a later push is told without history`(_ parents: String) {
        let known = left("2", own: "123", adopted: "7")
        #expect(question("9", known, parents: parents) == .answered(.ahead([commit("9")])))
    }

    @Test(arguments: ["1", "8", ""])
    func `a commit on anything else needs the history`(_ parents: String) {
        let known = left("2", own: "123", adopted: "7")
        #expect(question("9", known, parents: parents) == .history(until: id("2")))
    }

    @Test func `a tip that was not read yet needs the history`() {
        #expect(question("9", left("2")) == .history(until: id("2")))
    }

    @Test func `what was adopted ends when the head moves on, and what lies below it stays accepted`() {
        var known = left("1", own: "1", adopted: "7")
        known.addOwn([id("2")])
        known.move(to: id("2"))
        #expect(known.adopted == nil && known.lastAccepted == id("7"))
        #expect(question("7", known) == .history(until: id("2")))
        var ours = left("2", own: "12", adopted: "1")
        ours.addOwn([id("3")])
        ours.move(to: id("3"))
        #expect(question("1", ours) == .answered(.rewritten(from: id("3"), to: id("1"))))
    }

    /// What a host tells of the branch, left at 3 with our commits 1, 2, 3 and 4 (whose answer was lost).
    @Test(arguments: [
        ("3", "4", false, true), ("2", "3", false, true), ("1", "2", false, true), ("9", "3", false, true),
        ("9", "4", false, true), ("3", "2", false, false), ("3", "1", false, false), ("9", "2", false, false),
        ("2", "3", true, false), ("3", "9", false, false),
    ])
    func `a push is an echo of ours where it goes forward among our commits`(
        before: Character,
        commit: Character,
        isForced: Bool,
        isEcho: Bool
    ) {
        let known = left("3", own: "1234")
        #expect(known.isEcho(before: id(before), commit: id(commit), isForced: isForced) == isEcho)
    }

    // MARK: With history

    private func answer(_ commits: [Step], isComplete: Bool = true, _ known: BranchRecord) -> BranchStanding {
        BranchStanding.answer(tip: id("9"), known: known, commits: commits, isComplete: isComplete)
    }

    @Test func `commits above the head are others', newest first`() {
        let commits = [step("9", on: "8"), step("8", on: "2")]
        #expect(answer(commits, left("2")) == .ahead([commit("9"), commit("8")]))
    }

    @Test func `commits of ours below a merge are nobody else's`() {
        let commits = [step("9", on: "82"), step("8", on: "1"), step("1", on: "0")]
        #expect(answer(commits, left("2", own: "12")) == .ahead([commit("9"), commit("8")]))
    }

    @Test func `attempts that never arrived do not make the head somebody else's`() {
        var record = left("1", own: "1")
        for number in 0..<800 {
            record.addOwn([ObjectID(String(repeating: "0", count: 37) + String(100 + number)) ?? .zero])
        }
        #expect(record.ownCommits.contains(id("1")) && record.ownCommits.count == BranchRecord.maxOwnCommits)
    }

    @Test func `what lies at the head and below is left out`() {
        let commits = [step("9", on: "2"), step("2", on: "1"), step("1", on: "")]
        #expect(answer(commits, left("2")) == .ahead([commit("9")]))
        #expect(answer(commits, left("4", adopted: "2")) == .ahead([commit("9")]))
        #expect(answer(commits, left("1", own: "12")) == .ahead([commit("9")]))
    }

    @Test func `a merge reaches the head by any of its parents`() {
        let commits = [step("9", on: "78"), step("8", on: "6"), step("7", on: "2")]
        #expect(answer(commits, left("2")) == .ahead([commit("9"), commit("8"), commit("7")]))
    }

    @Test func `a whole history without the head was rewritten`() {
        let commits = [step("9", on: "8"), step("8", on: "")]
        #expect(answer(commits, left("2")) == .rewritten(from: id("2"), to: id("9")))
        #expect(answer([], left("2")) == .rewritten(from: id("2"), to: id("9")))
    }

    @Test func `a commit of ours from before the head does not stand for the head`() {
        let commits = [step("9", on: "1"), step("1", on: "")]
        #expect(answer(commits, left("2", own: "12")) == .rewritten(from: id("2"), to: id("9")))
    }

    @Test func `a history that was not read to its end is not called rewritten`() {
        let commits = [step("9", on: "8"), step("8", on: "7")]
        #expect(answer(commits, isComplete: false, left("2")) == .ahead([commit("9"), commit("8")]))
    }

    @Test func `only a branch that was forced or deleted has drifted`() {
        #expect(BranchStanding.asLeft.drift == nil)
        #expect(BranchStanding.ahead([commit("9")]).drift == nil)
        #expect(BranchStanding.gone(from: id("2")).drift == .zero)
    }

    @Test func `a foreign commit is told with who made it and why`() {
        #expect(commit("9").summary == "9999999 by Ada <ada@example.com> (commit 9)")
    }
}

/// Other programs that commit images, known by what they leave in a commit.
struct OtherWritersTests {
    @Test(arguments: [
        ("argocd-image-updater <noreply@argoproj.io>", "Argo CD Image Updater"),
        ("fluxcdbot <fluxcdbot@users.noreply.github.com>", "Flux image automation"),
        ("Flux-Image-Automation <f@example.com>", "Flux image automation"),
        ("Kargo <NO-REPLY@KARGO.IO>", "Kargo"),
    ])
    func `an updater is known by its author, however that is written`(_ author: String, _ name: String) {
        #expect(OtherWriters.writer(author: author, message: "update images") == name)
    }

    @Test(arguments: ["Ada <ada@example.com>", "renovate[bot] <bot@renovateapp.com>", "dependabot[bot] <d@github.com>"])
    func `people, and bots that open pull requests, are no second writers`(_ author: String) {
        #expect(OtherWriters.writer(author: author, message: "update images") == nil)
    }

    @Test func `a trailer of ours in a commit that is not ours is another instance, whoever the author is`() throws {
        let message = "app 1 → 2 to prod\n\nHoistway-Promotion: prod.01.0123456\n"
        let writer = try #require(OtherWriters.writer(author: "Ada <ada@example.com>", message: message))
        #expect(writer.contains("another instance of Hoistway"))
        #expect(writer.contains("prod.01.0123456"))
    }

    @Test func `of several trailers the last counts, at the beginning of a line, cut at 200 characters`() {
        let message = "a\n\nKey: one\r\nKey: two\n Key: three\nKey:four\nOther-Key: five"
        #expect(OtherWriters.trailer("Key", in: message) == "two")
        #expect(OtherWriters.trailer("Missing", in: message) == nil)
        let long = "Key: " + String(repeating: "x", count: 300)
        #expect(OtherWriters.trailer("Key", in: long)?.count == 200)
    }
}
