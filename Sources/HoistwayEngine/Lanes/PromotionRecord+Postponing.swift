import HoistwayModel

extension PromotionRecord {
    /// After a failure of another system, the promotion stays Running with its next try.
    ///
    /// The promotion fails after a few tries if only a person can fix the cause. It fails after a while if the cause
    /// should pass, and at once if it is permanent. A failure without a request does not count as a try.
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
        } else if retry == .limitedBackoff, now - trouble.since >= Trouble.patience {
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
