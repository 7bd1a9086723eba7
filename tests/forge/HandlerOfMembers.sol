// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import "./Bookkeeping.sol";
import {Vm} from "./Vm.sol";

/// @notice Time and silence, replays, the council and policies.
abstract contract HandlerOfMembers is Bookkeeping {
    uint256 private constant KEYS = 8; // Of one participant.
    bytes32 internal constant SET_SUSPENSION_TYPE =
        keccak256("SetSuspension(uint32 participant,bool suspended,uint256 nonce,uint64 deadline)");
    bytes32 internal constant SET_ROLES_TYPE =
        keccak256("SetRoles(uint32 participant,uint16 roles,uint256 nonce,uint64 deadline)");

    function advance(uint256 seed) public virtual;

    /* TIME AND SILENCE */

    function warp(uint256 seed) public doing("warp", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        _warp(clock + uint64(_draw(_oneIn(3) ? 12 days : 6 hours)));
        attempts[name] += 1;
        successes[name] += 1;
    }

    /// @dev Early, in the first second, or whenever.
    function enforce(uint256 seed) public doing("enforce", seed) {
        if (rmas.length == 0) return advance(_draw(type(uint256).max));
        Rma storage rma = focus == 0 && _oneIn(3) ? rmas[_draw(rmas.length)] : _returnIn(0xfe & ~(1 << uint8(ReturnStatus.CLOSED)));
        (bytes32 before, Turn memory turn) = _pictureOf(rma.id);
        uint256 when = _draw(3);
        if (when != 0 && turn.enforceableAt > clock) _warp(turn.enforceableAt - uint64(when - 1));
        bool expected = turn.act != Act.NONE && turn.act != Act.DISPUTE && clock >= turn.enforceableAt;
        Breakdown memory refund = ledger.refundOf(rma.id);
        vm.recordLogs();
        (bool done,) = address(ledger).call(abi.encodeCall(IReturnLedger.enforce, (rma.id)));
        attempts[name] += 1;
        _hold(done == expected, done ? "enforced, and must not" : "not enforced, and must");
        Attempt memory attempt = _on(address(ledger), rma.id, IReturnHistory.SilenceEnforced.selector);
        bytes memory data = _followOwn(vm.getRecordedLogs(), attempt, done);
        if (done) return _learnSilence(rma, turn, refund.dueMinor, data);
        (bytes32 present,) = _pictureOf(rma.id);
        _hold(present == before, "a failed call left a trace");
    }

    function _learnSilence(Rma storage rma, Turn memory turn, uint256 dueMinor, bytes memory data) private {
        successes[name] += 1;
        (, Act act, Consequence consequence, uint256 owedMinor, AcceptedLine[] memory accepted, bool completes) =
            abi.decode(data, (uint64, Act, Consequence, uint256, AcceptedLine[], bool));
        _hold(act == turn.act && consequence == turn.consequence, "not what turnOf said");
        uint256 owed = rma.contested ? dueMinor + rma.refunded - rma.escrowed : dueMinor;
        _hold(owedMinor == (consequence == Consequence.DEFAULTED ? owed : 0), "another amount is owed");
        uint256[] memory pieces = new uint256[](rma.pieces.length);
        if (consequence == Consequence.APPROVED) {
            rma.status = ReturnStatus.APPROVED;
        } else if (consequence == Consequence.DECLINED) {
            _lapse(rma, ReturnStatus.DECLINED);
        } else if (consequence == Consequence.EXPIRED) {
            _lapse(rma, ReturnStatus.EXPIRED);
        } else if (consequence == Consequence.ACCEPTED) {
            if (act == Act.GIVE_BACK) _unreject(rma);
            rma.silent = true;
            pieces = act == Act.INSPECT ? _waiting(rma) : _acceptAll(rma);
        } else if (consequence == Consequence.SHORT) {
            _shorten(rma);
        } else if (consequence == Consequence.DEFAULTED) {
            (rma.defaulted, rma.silent) = (true, true);
            if (rma.ruled && owed != 0) {
                rma.recorded = true;
                uint32 seller = sales[rma.sale].seller;
                bytes memory entry = abi.encode(clock, seller, rma.id, bytes3("EUR"), owed);
                _holdRecord(IParticipantRegistry.DefaultRecorded.selector, seller, entry);
            }
        } else if (consequence == Consequence.REFUND_INSTEAD) {
            (rma.resolution, rma.silent) = (Resolution.REFUND, true);
        } else {
            _hold(consequence == Consequence.CLOSED, "silence without consequence");
            _close(rma);
        }
        _learnAccepted(rma, accepted, completes, pieces);
    }

    function _unreject(Rma storage rma) private {
        for (uint256 i = 0; i < rma.pieces.length; ++i) if (!rma.pieces[i].held) rma.pieces[i].rejected = 0;
    }

    /// @dev What was recorded once is never recorded again, by itself or under other circumstances.
    function replay(uint256 seed) public doing("replay", seed) {
        if (kept.target == address(0)) return;
        Attempt memory attempt = kept;
        attempt.expected = false;
        (bool done,) = _send(attempt);
        if (!done) successes[name] += 1; // Refused, as it must be.
    }

    /* COUNCIL */

    function setSuspension(uint256 seed) public doing("setSuspension", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = uint32(1 + _draw(MEMBERS));
        for (uint32 i = 1; i <= MEMBERS; ++i) if (suspended[i] && !_oneIn(8)) participant = i;
        SetSuspension memory request = SetSuspension(participant, !suspended[participant] ? _oneIn(2) : _oneIn(8));
        bytes memory fields = abi.encode(SET_SUSPENSION_TYPE, request);
        (Attempt memory attempt, Authorisation[] memory signed) =
            _byCouncil(fields, IParticipantRegistry.SuspensionSet.selector, true);
        attempt.call = abi.encodeCall(IParticipantRegistry.setSuspension, (request, signed));
        (bool done,) = _send(attempt);
        if (done) suspended[participant] = request.suspended;
    }

    function setRoles(uint256 seed) public doing("setRoles", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = uint32(1 + _draw(MEMBERS + 1));
        uint16 usual = _rolesAtFirst(participant);
        SetRoles memory request = SetRoles(participant, _oneIn(8) ? uint16(_draw(64)) : usual | uint16(_draw(64)));
        bytes memory fields = abi.encode(SET_ROLES_TYPE, request);
        (Attempt memory attempt, Authorisation[] memory signed) =
            _byCouncil(fields, IParticipantRegistry.RolesSet.selector, participant <= MEMBERS);
        attempt.call = abi.encodeCall(IParticipantRegistry.setRoles, (request, signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        rolesOf[participant] = request.roles;
        _joinRoster(participant);
    }

    function addKey(uint256 seed) public doing("addKey", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = uint32(1 + _draw(MEMBERS));
        if (keysOf[participant].length >= KEYS) return;
        bool known = _oneIn(8);
        uint256 key = known ? keysOf[participant][_draw(keysOf[participant].length)] : _oneIn(6) ? _newP256Key() : _newKey();
        AddKey memory request = AddKey(participant, _addressOf(key), _oneIn(2));
        (Attempt memory attempt, Authorisation[] memory signed) =
            _byCouncil(_addKeyFields(request), IParticipantRegistry.KeyAdded.selector, !known);
        attempt.call = abi.encodeCall(IParticipantRegistry.addKey, (request, signed));
        (bool done,) = _send(attempt);
        if (!done) return;
        keysOf[participant].push(key);
        keyOf[request.key] = Key(participant, clock, 0);
    }

    function endKey(uint256 seed) public doing("endKey", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = uint32(1 + _draw(MEMBERS));
        uint256 live;
        for (uint256 i = 0; i < keysOf[participant].length; ++i) {
            if (!_hasEnded(keysOf[participant][i])) ++live;
        }
        if (live < 2) return;
        EndKey memory request = EndKey(_addressOf(_memberKey(participant)));
        bytes memory fields =
            abi.encode(keccak256("EndKey(address key,uint256 nonce,uint64 deadline)"), request);
        Key storage key = keyOf[request.key];
        (Attempt memory attempt, Authorisation[] memory signed) =
            _byCouncil(fields, IParticipantRegistry.KeyEnded.selector, key.participant != 0 && key.endedAt == 0);
        attempt.call = abi.encodeCall(IParticipantRegistry.endKey, (request, signed));
        (bool done,) = _send(attempt);
        if (done) key.endedAt = clock;
    }

    function _byCouncil(bytes memory fields, bytes32 topic, bool good)
        private
        returns (Attempt memory, Authorisation[] memory)
    {
        return _byCouncil(_on(address(registry), REGISTRY_SUBJECT, topic), fields, good);
    }

    /// @dev Two members sign; or not quite.
    function _byCouncil(Attempt memory attempt, bytes memory fields, bool good)
        internal
        returns (Attempt memory, Authorisation[] memory)
    {
        uint256 first = _draw(3);
        bool stranger = _oneIn(16);
        _sign(attempt, fields, council[first], good && !stranger);
        uint256 second = stranger ? people[0] : council[(first + 1 + _draw(2)) % 3];
        return (attempt, _withSecond(attempt, second));
    }

    /* POLICIES */

    function publishPolicy(uint256 seed) public doing("publishPolicy", seed) {
        if (!_oneIn(4)) return advance(_draw(type(uint256).max));
        uint32 participant = _oneIn(8) ? uint32(_draw(5)) : _oneIn(2) ? SELLER : OTHER_SELLER;
        uint32 series = uint32(1 + _draw(SERIES));
        bytes32 id = policies.policyId(participant, series);
        uint32 needed = policies.latestVersion(id) + 1;
        PublishPolicy memory request = _policy(participant, series, _oneIn(8) ? uint32(_draw(4)) : needed);
        bool good = request.version == needed;
        if (_oneIn(8)) (request.terms.answer_s, good) = (0, false);
        if (_oneIn(8)) (request.terms.fees.restockingCarrierFaultBasisPoints, good) = (10_001, false);
        uint256 key = participant == 0 ? _anybody() : _memberKey(participant);
        Attempt memory attempt = _on(address(policies), id, IPolicyBook.PolicyPublished.selector);
        _sign(attempt, _publishFields(request), key, good && _stands(key, participant, ROLE_SELLER));
        attempt.call = abi.encodeCall(IPolicyBook.publishPolicy, (request, attempt.signed));
        _send(attempt);
    }
}
