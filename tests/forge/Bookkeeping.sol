// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import "./Model.sol";

/// @notice What the handlers share: drawing who and what, and keeping the model's books.
abstract contract Bookkeeping is Model {
    uint256 internal constant TRACKINGS = 24;
    mapping(bytes32 id => Receipt) internal receipts;
    bool internal advancing; // Whether `advance` chose what is done.
    uint32[] internal roster; // Of arbitrators, in the order in which they joined.
    uint256 internal focus; // Position of the return to act on, plus one; 0: any.

    /* ATTEMPTS */

    function _on(address target, bytes32 subject, bytes32 topic) internal pure returns (Attempt memory attempt) {
        (attempt.target, attempt.subject, attempt.topic) = (target, subject, topic);
    }

    /// @dev `good` says whether all but the signature is right, the actor included.
    function _sign(Attempt memory attempt, bytes memory fields, uint256 key, bool good) internal {
        bool valid;
        (attempt.signed, attempt.digest, valid) = _authorise(attempt.target, fields, key);
        attempt.expected = good && valid;
    }

    /// @dev The second signature of an act of two, over the same digest; or only the first, the first twice, another
    /// nonce, or somebody else's signature.
    function _withSecond(Attempt memory attempt, uint256 key) internal returns (Authorisation[] memory signed) {
        uint256 fault = _draw(20);
        if (fault < 4) attempt.expected = false;
        signed = new Authorisation[](fault == 0 ? 1 : 2);
        signed[0] = attempt.signed;
        if (fault == 0) return signed;
        Authorisation memory first = attempt.signed;
        address actor = fault == 1 ? first.actor : _addressOf(key);
        uint256 signer = fault == 2 ? _newKey() : key;
        signed[1] = Authorisation(actor, first.nonce, first.deadline, _rawSign(signer, attempt.digest));
        if (fault == 1) signed[1].signature = first.signature;
        if (fault == 3) signed[1].nonce += 1;
        if (actor == first.actor || used[attempt.target][actor][first.nonce]) attempt.expected = false;
        if (actor != first.actor) attempt.second = actor;
    }

    function _bySeller(Rma storage rma, bytes memory fields, bytes32 topic, bool good)
        internal
        returns (Attempt memory attempt)
    {
        attempt = _on(address(ledger), rma.id, topic);
        attempt.returnId = rma.id;
        uint32 seller = sales[rma.sale].seller;
        uint256 key = _memberKey(seller);
        _sign(attempt, fields, key, good && _stands(key, seller, ROLE_SELLER));
    }

    function _byBuyer(Rma storage rma, bytes memory fields, bytes32 topic, bool good)
        internal
        returns (Attempt memory attempt)
    {
        attempt = _on(address(ledger), rma.id, topic);
        attempt.returnId = rma.id;
        uint256 key = _mostly(sales[rma.sale].buyerKey);
        _sign(attempt, fields, key, good && key == sales[rma.sale].buyerKey);
    }

    function _byInspector(Rma storage rma, uint32 participant, bytes memory fields, bytes32 topic, bool good)
        internal
        returns (Attempt memory attempt)
    {
        attempt = _on(address(ledger), rma.id, topic);
        attempt.returnId = rma.id;
        uint256 key = participant == 0 || participant > MEMBERS ? _anybody() : _memberKey(participant);
        bool may = participant == rma.inspector || participant == sales[rma.sale].seller;
        _sign(attempt, fields, key, good && may && _stands(key, participant, ROLE_SELLER | ROLE_INSPECTOR));
    }

    function _drawInspector(Rma storage rma) internal returns (uint32) {
        if (_oneIn(12)) return uint32(_draw(6));
        return rma.inspector != 0 && _oneIn(2) ? rma.inspector : sales[rma.sale].seller;
    }

    /// @dev Mostly one in one of the statuses (bits), if there is any.
    function _returnIn(uint256 statuses) internal returns (Rma storage) {
        if (focus != 0) return rmas[focus - 1];
        uint256 start = _draw(rmas.length);
        if (_oneIn(16)) return rmas[start];
        for (uint256 i = 0; i < rmas.length; ++i) {
            Rma storage rma = rmas[(start + i) % rmas.length];
            if (statuses & (1 << uint8(rma.status)) != 0) return rma;
        }
        return rmas[start];
    }

    /// @dev 0, of late, long ago, just now or a little too far ahead.
    function _drawClaimed() internal returns (uint64) {
        if (_oneIn(3)) return 0;
        return clock + 121 - uint64(_draw(_oneIn(2) ? 200 : 5 days));
    }

    /* BOOKS */

    /// @dev What the deployment recorded and set up.
    function _learn() internal {
        for (uint256 i = 0; i < 6; ++i) people.push(i < 4 ? _newKey() : _newP256Key());
        people.push(keysOf[ARBITRATOR][0]); // Who buys something too.
        for (uint32 participant = 1; participant <= MEMBERS; ++participant) {
            rolesOf[participant] = _rolesAtFirst(participant);
            _joinRoster(participant);
            for (uint256 i = 0; i < keysOf[participant].length; ++i) {
                keyOf[_addressOf(keysOf[participant][i])] = Key(participant, clock, 0);
            }
        }
        Attempt memory none;
        _follow(vm.getRecordedLogs(), none);
    }

    function _joinRoster(uint32 participant) internal {
        if (rolesOf[participant] & ROLE_ARBITRATOR == 0) return;
        for (uint256 i = 0; i < roster.length; ++i) if (roster[i] == participant) return;
        roster.push(participant);
    }

    /// @dev All that is due was paid.
    function _learnSettled(Rma storage rma) internal {
        uint32 seller = sales[rma.sale].seller;
        bytes memory data = abi.encode(clock, seller, rma.id);
        if (rma.recorded) _holdRecord(IParticipantRegistry.DefaultSettled.selector, seller, data);
        (rma.silent, rma.recorded) = (false, false);
    }

    /// @dev What is due may change now, of all returns of a sale.
    function _unpin(uint256 sale) internal {
        for (uint256 i = 0; i < rmas.length; ++i) if (rmas[i].sale == sale) rmas[i].pinned = false;
    }

    function _lapse(Rma storage rma, ReturnStatus status) internal {
        Sale storage sale = sales[rma.sale];
        for (uint256 i = 0; i < rma.pieces.length; ++i) {
            if (rma.pieces[i].held) continue;
            sale.lines[i].returning -= rma.pieces[i].expected;
            rma.pieces[i].expected = 0;
        }
        (rma.status, rma.lapsedAt) = (status, clock);
    }

    function _shorten(Rma storage rma) internal {
        Sale storage sale = sales[rma.sale];
        for (uint256 i = 0; i < rma.pieces.length; ++i) {
            Pieces storage pieces = rma.pieces[i];
            if (pieces.held) continue;
            sale.lines[i].returning -= pieces.expected - pieces.received;
            pieces.expected = pieces.received;
        }
    }

    function _close(Rma storage rma) internal {
        (rma.status, rma.closedAt) = (ReturnStatus.CLOSED, clock);
    }

    /// @dev What is accepted of each line when all that is expected counts as arrived and accepted.
    function _acceptAll(Rma storage rma) internal returns (uint256[] memory accepted) {
        rma.arrived = true;
        accepted = new uint256[](rma.pieces.length);
        for (uint256 i = 0; i < accepted.length; ++i) {
            Pieces storage pieces = rma.pieces[i];
            if (pieces.held) continue;
            pieces.received = pieces.expected;
            accepted[i] = pieces.expected - pieces.accepted - pieces.rejected;
        }
    }

    function _waiting(Rma storage rma) internal view returns (uint256[] memory accepted) {
        accepted = new uint256[](rma.pieces.length);
        for (uint256 i = 0; i < accepted.length; ++i) {
            Pieces storage pieces = rma.pieces[i];
            if (!pieces.held) accepted[i] = pieces.received - pieces.accepted - pieces.rejected;
        }
    }

    /// @dev Compares the accepted pieces of an entry with those that must be accepted, and books them.
    function _learnAccepted(Rma storage rma, AcceptedLine[] memory list, bool completes, uint256[] memory pieces)
        internal
    {
        Sale storage sale = sales[rma.sale];
        for (uint256 i = 0; i < list.length; ++i) {
            AcceptedLine memory accepted = list[i];
            Line storage line = sale.lines[accepted.line];
            _hold(accepted.pieces != 0 && accepted.pieces == pieces[accepted.line], "other pieces are accepted");
            _hold(accepted.before == line.accepted, "other pieces were accepted before");
            _hold(accepted.goodsMinor == _goods(line, accepted.pieces), "the goods have another value");
            _hold(accepted.diminishedMinor <= accepted.goodsMinor, "more diminished than the goods");
            line.accepted += accepted.pieces;
            rma.pieces[accepted.line].accepted += accepted.pieces;
            rma.pieces[accepted.line].goods += accepted.goodsMinor;
            rma.pieces[accepted.line].diminished += accepted.diminishedMinor;
            rma.pinned = false;
            pieces[accepted.line] = 0;
            if (line.accepted == line.quantity && _allAccepted(sale)) rma.completes = true;
        }
        for (uint256 i = 0; i < pieces.length; ++i) _hold(pieces[i] == 0, "pieces are not accepted");
        _hold(completes == rma.completes, "completes the order, or not");
    }

    function _allAccepted(Sale storage sale) private view returns (bool) {
        for (uint256 i = 0; i < sale.lines.length; ++i) {
            if (sale.lines[i].accepted != sale.lines[i].quantity) return false;
        }
        return true;
    }

    function _goods(Line storage line, uint256 pieces) private view returns (uint256) {
        return _cutOff(line.net, line, pieces) + _cutOff(line.tax, line, pieces) + _cutOff(line.duty, line, pieces);
    }

    function _cutOff(uint256 total, Line storage line, uint256 pieces) private view returns (uint256) {
        uint256 first = total * line.accepted / line.quantity;
        return total * (line.accepted + pieces) / line.quantity - first;
    }
}
