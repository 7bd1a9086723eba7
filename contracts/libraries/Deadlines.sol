// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CHOICE_LATE_SILENCE_APPROVES, CHOICE_LOSS_IS_BUYERS, Terms} from "../interfaces/IPolicyBook.sol";
import {
    Act,
    Consequence,
    Corroboration,
    Resolution,
    ReturnKind,
    ReturnStatus,
    Turn
} from "../interfaces/IReturnLedger.sol";

/// @notice What the next turn of a return depends on, besides its terms. Pieces are sums over its lines.
struct Standing {
    ReturnStatus status;
    ReturnKind kind;
    Resolution resolution;
    bool weak; // Late or a final sale.
    bool reopened;
    bool sent; // A parcel with returned goods was named.
    bool proven; // A carrier or a document shows that it was sent.
    bool replaced; // The replacement or the repaired goods were sent.
    bool givenBack; // What was rejected was sent back.
    bool contested; // The buyer says that nothing came, and the seller has not answered yet.
    bool defaulted;
    bool disputed; // A dispute is open; its lines are in none of the sums below.
    bool ruled; // An award took effect.
    bool inspector; // The seller named one.
    uint64 openedAt; // Unix seconds UTC, like the next two.
    uint64 since; // When the present clock started.
    uint64 sentAt;
    uint256 expected;
    uint256 received;
    uint256 accepted;
    uint256 rejected;
    uint256 dueMinor; // By the refund rule, after what was paid.
}

/// @notice Whose turn it is, until when, then what; docs/reference/deadlines.md says it in a table.
library Deadlines {
    uint8 internal constant BUYER = 1;
    uint8 internal constant SELLER = 2;
    uint8 internal constant INSPECTOR = 3;

    /// @notice The present turn of a return.
    function turnOf(Standing memory s, Terms memory t) internal pure returns (Turn memory turn) {
        if (s.status == ReturnStatus.CLOSED || s.status == ReturnStatus.NONE) return turn;
        turn.needs = Corroboration.CLAIMED;
        if (s.status == ReturnStatus.REQUESTED) {
            bool declines = s.weak && t.choices & CHOICE_LATE_SILENCE_APPROVES == 0;
            _set(turn, SELLER, Act.ANSWER, s.since + t.answer_s, declines ? Consequence.DECLINED : Consequence.APPROVED);
        } else if (s.status == ReturnStatus.QUESTIONED) {
            _set(turn, BUYER, Act.SUPPLY, s.since + t.supply_s, Consequence.EXPIRED);
        } else if (s.status == ReturnStatus.APPROVED) {
            if (!_ofGoods(turn, s, t)) _ofOutcome(turn, s, t);
        } else if (s.disputed) {
            turn.act = Act.DISPUTE;
        } else if (s.reopened) {
            _set(turn, BUYER, Act.CONFIRM, s.since + t.confirm_s, Consequence.CLOSED);
        } else {
            _set(turn, BUYER, Act.REOPEN, s.since + t.reopen_s, Consequence.CLOSED);
        }
        if (turn.act != Act.DISPUTE) turn.enforceableAt = turn.until + t.grace_s;
    }

    /// @dev While goods are waited for or not decided about.
    function _ofGoods(Turn memory turn, Standing memory s, Terms memory t) private pure returns (bool) {
        uint256 decided = s.accepted + s.rejected;
        if (decided == s.expected) return false;
        if (s.kind == ReturnKind.WITHDRAWAL && !s.ruled && (s.proven || s.received != 0)) {
            // The law: the money is due in time, goods inspected or not, once they arrived or sending is proven.
            _set(turn, SELLER, Act.REFUND, _payUntil(s, t), Consequence.ACCEPTED);
            turn.needs = Corroboration.DOCUMENTED;
        } else if (s.received > decided) {
            uint8 who = s.inspector ? INSPECTOR : SELLER;
            _set(turn, who, Act.INSPECT, s.since + t.inspect_s, Consequence.ACCEPTED);
        } else if (!s.sent) {
            // Pieces may arrive without a parcel that anybody named: then those that are missing count as not sent.
            _set(turn, BUYER, Act.SEND, s.since + t.send_s, _lapse(s));
        } else {
            uint8 who = s.inspector ? INSPECTOR : SELLER;
            Consequence lost = Consequence.ACCEPTED;
            if (!s.proven) lost = _lapse(s);
            else if (t.choices & CHOICE_LOSS_IS_BUYERS != 0) lost = Consequence.SHORT;
            _set(turn, who, Act.RECEIVE, s.sentAt + t.transit_s, lost);
            if (lost == Consequence.ACCEPTED) turn.needs = Corroboration.DOCUMENTED;
        }
        return true;
    }

    /// @dev A return of which something arrived, is disputed or was awarded does not lapse as a whole.
    function _lapse(Standing memory s) private pure returns (Consequence) {
        return s.received == 0 && !s.disputed && !s.ruled ? Consequence.EXPIRED : Consequence.SHORT;
    }

    /// @dev Once all goods are decided about: money or replacement, what was rejected, the buyer's word.
    function _ofOutcome(Turn memory turn, Standing memory s, Terms memory t) private pure {
        bool inMoney = s.resolution == Resolution.REFUND || s.resolution == Resolution.STORE_CREDIT;
        if (s.contested && !s.defaulted) {
            _set(turn, SELLER, Act.PROVE, s.since + t.pay_s, Consequence.DEFAULTED);
        } else if (inMoney && s.dueMinor != 0 && !s.defaulted) {
            bool statutory = s.kind == ReturnKind.WITHDRAWAL && !s.ruled;
            uint64 until = statutory ? _payUntil(s, t) : s.since + t.pay_s;
            _set(turn, SELLER, Act.REFUND, until, Consequence.DEFAULTED);
        } else if (!inMoney && s.accepted != 0 && !s.replaced) {
            _set(turn, SELLER, Act.REPLACE, s.since + t.pay_s, Consequence.REFUND_INSTEAD);
        } else if (s.rejected != 0 && !s.givenBack) {
            _set(turn, SELLER, Act.GIVE_BACK, s.since + t.pay_s, Consequence.ACCEPTED);
        } else if (s.disputed) {
            turn.act = Act.DISPUTE;
        } else {
            _set(turn, BUYER, Act.CONFIRM, s.since + t.confirm_s, Consequence.CLOSED);
        }
    }

    /// @dev Not before the goods were sent or arrived: until then the seller may withhold.
    function _payUntil(Standing memory s, Terms memory t) private pure returns (uint64) {
        uint64 until = s.openedAt + t.pay_s;
        uint64 earliest = s.sentAt != 0 ? s.sentAt : s.since;
        return until < earliest ? earliest : until;
    }

    function _set(Turn memory turn, uint8 who, Act act, uint64 until, Consequence consequence) private pure {
        turn.who = who;
        turn.act = act;
        turn.until = until;
        turn.consequence = consequence;
    }
}
