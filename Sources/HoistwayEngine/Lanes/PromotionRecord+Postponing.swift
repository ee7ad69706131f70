import HoistwayModel

extension PromotionRecord {
    /// A failure of the outside keeps it Running with its next try.
    ///
    /// What only a person can change fails it after a few tries, what does not come after a while, and what cannot change
    /// at once. Where nothing was asked,
    /// nothing counts as a try.
    mutating func postpone(_ text: String, retry: Retry, now: Timestamp, random: () -> UInt64) {
        run = run?.ended
        guard retry != .never else { return fail(text, now: now) }
        var trouble = trouble ?? Trouble(since: now)
        if retry.isTry { attempts += 1 }
        if retry == .few {
            guard let pause = trouble.pauseAfterRefusal() else {
                self.trouble = trouble
                return fail("\(text) (given up after \(trouble.refusals) tries)", now: now)
            }
            nextTry = now + pause
        } else if retry == .awhile, now - trouble.since >= Trouble.patience {
            self.trouble = trouble
            return fail("\(text) (given up after \(attempts) tries)", now: now)
        } else {
            nextTry = now + Backoff.pause(attempt: attempts, retry: retry, random: random)
        }
        trouble.last(until: now)
        self.trouble = trouble
        message = text
        phase = .running
    }

    private mutating func fail(_ text: String, now: Timestamp) {
        message = text
        phase = .failed
        finishedAt = now
        nextTry = nil
    }
}
