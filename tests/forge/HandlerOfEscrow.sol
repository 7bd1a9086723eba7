// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TestToken} from "../../contracts/mocks/TestToken.sol";
import "./HandlerOfParcels.sol";

/// @notice Tokens, what is paid in for a return, and what is taken out; with books of their own.
abstract contract HandlerOfEscrow is HandlerOfParcels {
    uint256 private constant TOKENS = 3;
    uint64 private constant UNCLAIMED_S = 3 * 365 days;
    bytes32 private constant LIST_TYPE =
        keccak256("ListToken(address token,bytes3 currency,uint64 unitsPerMinor,uint256 nonce,uint64 deadline)");
    bytes32 private constant WITHDRAW_TYPE =
        keccak256("WithdrawRefund(bytes32 returnId,address to,uint256 nonce,uint64 deadline)");
    bytes32 private constant RECLAIM_TYPE =
        keccak256("ReclaimDeposit(bytes32 returnId,address to,uint256 nonce,uint64 deadline)");

    struct Listing {
        bytes3 currency; // Zero: not listed.
        uint256 unitsPerMinor;
    }

    /// @dev In units of the token that is held now; the three sums over all tokens.
    struct Deposit {
        TestToken token;
        uint256 held;
        uint256 paidIn;
        uint256 withdrawn;
        uint256 reclaimed;
    }

    TestToken[] private tokens;
    mapping(TestToken token => Listing) private listings;
    mapping(bytes32 returnId => Deposit) private deposits;
    mapping(TestToken token => uint256) private strays; // Sent to the escrow's address without a deposit.

    /* TOKENS */

    /// @dev This contract pays in.
    function _mintTokens() internal {
        for (uint256 i = 0; i < TOKENS; ++i) {
            tokens.push(new TestToken());
            tokens[i].mint(address(this), type(uint256).max);
            tokens[i].approve(address(escrow), type(uint256).max);
        }
    }

    function listToken(uint256 seed) public doing("listToken", seed) {
        if (_listed() && !_oneIn(4)) return advance(_draw(type(uint256).max));
        uint256 index = _draw(TOKENS);
        for (uint256 i = 0; i < TOKENS && listings[tokens[index]].currency != 0; ++i) index = (index + 1) % TOKENS;
        ListToken memory request;
        request.token = _oneIn(12) ? _addressOf(_anybody()) : address(tokens[index]);
        request.currency = index == TOKENS - 1 || _oneIn(12) ? bytes3("USD") : bytes3("EUR");
        request.unitsPerMinor = [uint64(1), 3, 10 ** 4, 10 ** 16, type(uint64).max][_draw(5)];
        if (_oneIn(16)) request.currency = 0;
        if (_oneIn(16)) request.unitsPerMinor = 0;
        bool good = request.token == address(tokens[index]) && listings[tokens[index]].currency == 0
            && request.currency != 0 && request.unitsPerMinor != 0;
        Attempt memory attempt =
            _on(address(escrow), bytes32(uint256(uint160(request.token))), IRefundEscrow.TokenListed.selector);
        attempt.data = keccak256(abi.encode(clock, request.token, request.currency, request.unitsPerMinor));
        Authorisation[] memory signed;
        (attempt, signed) = _byCouncil(attempt, abi.encode(LIST_TYPE, request), good);
        attempt.call = abi.encodeCall(IRefundEscrow.listToken, (request, signed));
        (bool done,) = _send(attempt);
        if (done) listings[tokens[index]] = Listing(request.currency, request.unitsPerMinor);
    }

    /// @dev Whether there is a token in which refunds can be paid.
    function _listed() private view returns (bool) {
        for (uint256 i = 0; i < TOKENS; ++i) if (listings[tokens[i]].currency == "EUR") return true;
        return false;
    }

    /* PAYING IN */

    /// @dev Anybody may; but not without allowance, in a token that takes a fee, or from within the escrow.
    function deposit(uint256 seed) public doing("deposit", seed) {
        if (rmas.length == 0) return advance(_draw(type(uint256).max));
        if (!_listed()) return listToken(_draw(type(uint256).max));
        uint256 lapsed = 1 << uint8(ReturnStatus.DECLINED) | 1 << uint8(ReturnStatus.CANCELLED)
            | 1 << uint8(ReturnStatus.EXPIRED);
        Rma storage rma = _returnIn(_oneIn(6) ? lapsed : 1 << uint8(ReturnStatus.APPROVED));
        TestToken token = _drawToken(rma.id);
        uint256 units = _drawUnits(rma, listings[token].unitsPerMinor);
        uint256 fault = _draw(20);
        bool good = fault > 2 && units != 0 && rma.status != ReturnStatus.CLOSED && listings[token].currency == "EUR"
            && (deposits[rma.id].held == 0 || deposits[rma.id].token == token);
        Attempt memory attempt = _on(address(escrow), rma.id, IRefundEscrow.RefundDeposited.selector);
        (attempt.returnId, attempt.expected) = (rma.id, good);
        attempt.data = keccak256(abi.encode(clock, token, address(this), units));
        attempt.call = abi.encodeCall(IRefundEscrow.deposit, (rma.id, token, units));
        if (fault == 0) attempt.call = _within(attempt.call);
        if (fault == 1) token.setFee(1);
        bool done = _sendFrom(fault == 2 ? _addressOf(_anybody()) : address(this), attempt);
        token.setFee(0);
        if (!done) return;
        successes[name] += 1;
        Deposit storage book = deposits[rma.id];
        book.token = token;
        book.held += units;
        book.paidIn += units;
        _alsoCheck(rma);
    }

    function _within(bytes memory inner) private pure returns (bytes memory) {
        bytes[] memory list = new bytes[](1);
        list[0] = inner;
        return abi.encodeCall(ISignedRequests.submit, (list));
    }

    /// @dev Mostly the one that the return holds already, or a listed one.
    function _drawToken(bytes32 returnId) private returns (TestToken token) {
        token = tokens[_draw(TOKENS)];
        if (_oneIn(12)) return token;
        if (deposits[returnId].held != 0) return deposits[returnId].token;
        while (listings[token].currency != "EUR") token = tokens[_draw(TOKENS)];
    }

    /// @dev What is due, a part of it, more, less than one minor unit, nothing, or very much.
    function _drawUnits(Rma storage rma, uint256 unitsPerMinor) private returns (uint256) {
        Sale storage sale = sales[rma.sale];
        uint256 minor = _dueOf(rma);
        if (minor == 0) minor = 1 + _draw(sale.paid - sale.refunded + 1);
        if (_oneIn(16)) return 0;
        if (_oneIn(12)) return 1 << _draw(200);
        if (_oneIn(3)) return minor * unitsPerMinor;
        return _draw(minor * unitsPerMinor * (1 + _draw(2)) + 1) + _draw(unitsPerMinor + 1);
    }

    /// @dev Whatever is sent to the escrow without a deposit belongs to no return.
    function straySend(uint256 seed) public doing("straySend", seed) {
        if (!_oneIn(6)) return advance(_draw(type(uint256).max));
        TestToken token = tokens[_draw(TOKENS)];
        uint256 units = _draw(10 ** 20);
        attempts[name] += 1;
        successes[name] += 1;
        token.transfer(address(escrow), units);
        strays[token] += units;
    }

    /* PAYING OUT */

    function withdrawRefund(uint256 seed) public doing("withdrawRefund", seed) {
        if (rmas.length == 0) return advance(_draw(type(uint256).max));
        Rma storage rma = _toPay();
        Sale storage sale = sales[rma.sale];
        uint256 key = _mostly(sale.buyerKey);
        WithdrawRefund memory request = WithdrawRefund(rma.id, _drawPayee(key));
        (uint256 dueMinor, uint256 minor) = (_dueOf(rma), _payable(rma));
        uint256 units = minor * listings[deposits[rma.id].token].unitsPerMinor;
        Attempt memory attempt = _withdrawal(rma, request.to, minor, units);
        bool good = key == sale.buyerKey && minor != 0 && _canGet(key, request.to);
        _sign(attempt, abi.encode(WITHDRAW_TYPE, request), key, good);
        attempt.call = abi.encodeCall(IRefundEscrow.withdrawRefund, (request, attempt.signed));
        Turn memory turn = ledger.turnOf(rma.id);
        if (!_pay(attempt, deposits[rma.id], request.to, units)) return;
        _checkClock(turn, ledger.turnOf(rma.id));
        deposits[rma.id].withdrawn += units;
        sale.refunded += minor;
        rma.refunded += minor;
        rma.escrowed += minor;
        _unpin(rma.sale);
        if (minor == dueMinor) _learnSettled(rma);
        _hold(_dueOf(rma) + minor == dueMinor, "what is due did not shrink by what was paid");
        _alsoCheck(rma);
    }

    /// @dev Only who waits for money gets another clock with it.
    function _checkClock(Turn memory before, Turn memory present) private {
        bool money = before.act == Act.REFUND || before.act == Act.CONFIRM;
        _hold(money || before.act == Act.NONE || present.until == before.until, "a withdrawal puts a deadline off");
    }

    /// @dev The escrow says what it paid, and the ledger what was refunded.
    function _withdrawal(Rma storage rma, address to, uint256 minor, uint256 units)
        private
        view
        returns (Attempt memory attempt)
    {
        Sale storage sale = sales[rma.sale];
        attempt = _on(address(escrow), rma.id, IRefundEscrow.RefundWithdrawn.selector);
        attempt.returnId = rma.id;
        attempt.data = keccak256(abi.encode(clock, deposits[rma.id].token, to, units, minor));
        bytes memory release = abi.encode(clock, minor, 0, escrow, clock, _dueOf(rma), sale.paid - sale.refunded);
        attempt.also =
            Entry(address(ledger), IReturnHistory.RefundReleased.selector, rma.id, keccak256(release));
    }

    function reclaimDeposit(uint256 seed) public doing("reclaimDeposit", seed) {
        if (rmas.length == 0) return advance(_draw(type(uint256).max));
        Rma storage rma = _withDeposit(true);
        if (!_isOver(rma) && !_oneIn(4)) return advance(_draw(type(uint256).max));
        uint64 late = uint64(rma.closedAt) + UNCLAIMED_S;
        if (rma.status == ReturnStatus.CLOSED && clock < late && _oneIn(6)) _warp(late - uint64(_draw(2)));
        uint32 seller = sales[rma.sale].seller;
        uint256 key = _memberKey(seller);
        ReclaimDeposit memory request = ReclaimDeposit(rma.id, _drawPayee(key));
        Deposit storage book = deposits[rma.id];
        uint256 kept = _keptFor(rma, book);
        uint256 units = book.held > kept ? book.held - kept : 0;
        Attempt memory attempt = _on(address(escrow), rma.id, IRefundEscrow.DepositReclaimed.selector);
        attempt.returnId = rma.id;
        attempt.data = keccak256(abi.encode(clock, book.token, request.to, units));
        bool good = units != 0 && _stands(key, seller, ROLE_SELLER) && _canGet(key, request.to);
        _sign(attempt, abi.encode(RECLAIM_TYPE, request), key, good);
        attempt.call = abi.encodeCall(IRefundEscrow.reclaimDeposit, (request, attempt.signed));
        if (!_pay(attempt, book, request.to, units)) return;
        book.reclaimed += units;
        _alsoCheck(rma);
    }

    /// @dev Nobody but the escrow says that the escrow paid.
    function pretendPayment(uint256 seed) public doing("pretendPayment", seed) {
        if (rmas.length == 0 || !_oneIn(4)) return advance(_draw(type(uint256).max));
        Rma storage rma = _toPay();
        Attempt memory attempt = _on(address(ledger), rma.id, IReturnHistory.RefundReleased.selector);
        attempt.returnId = rma.id;
        attempt.call =
            abi.encodeCall(IReturnLedger.releaseFromEscrow, (rma.id, uint48(_draw(_dueOf(rma) + 1)), bytes32(seed)));
        if (_oneIn(3)) attempt.call = _within(attempt.call);
        if (!_sendFrom(_addressOf(_anybody()), attempt)) successes[name] += 1; // Refused, as it must be.
    }

    /// @dev Sends, and sees that exactly `units` went from the escrow to whom it names.
    function _pay(Attempt memory attempt, Deposit storage book, address to, uint256 units) private returns (bool done) {
        TestToken token = book.token;
        bool known = address(token) != address(0);
        uint256 before = known ? token.balanceOf(to) : 0;
        (done,) = _send(attempt);
        if (!done) return done;
        book.held -= units;
        _hold(token.balanceOf(to) == before + units, "another sum was paid");
    }

    /// @dev A fresh address, the signer's own, nobody's, or the escrow's.
    function _drawPayee(uint256 key) private returns (address) {
        uint256 kind = _draw(12);
        if (kind == 0) return address(0);
        if (kind == 1) return address(escrow);
        return kind < 6 ? _addressOf(key) : _addressOf(_newKey());
    }

    /// @dev Nobody can spend what is at the address of a P-256 key, or at the escrow's without a deposit.
    function _canGet(uint256 key, address to) private view returns (bool) {
        return to != address(0) && to != address(escrow) && !(_isP256(key) && to == _addressOf(key));
    }

    /// @dev Mostly one whose buyer can get something.
    function _toPay() private returns (Rma storage) {
        if (focus != 0) return rmas[focus - 1];
        uint256 start = _draw(rmas.length);
        if (_oneIn(8)) return rmas[start];
        for (uint256 i = 0; i < rmas.length; ++i) {
            Rma storage rma = rmas[(start + i) % rmas.length];
            if (_payable(rma) != 0) return rma;
        }
        return rmas[start];
    }

    /// @dev Mostly one for which something is held, and that is over or not.
    function _withDeposit(bool over) internal returns (Rma storage) {
        uint256 start = _draw(rmas.length);
        if (_oneIn(8)) return rmas[start];
        for (uint256 i = 0; i < rmas.length; ++i) {
            Rma storage rma = rmas[(start + i) % rmas.length];
            if (_holds(rma.id) && _isOver(rma) == over) return rma;
        }
        return rmas[start];
    }

    function _holds(bytes32 returnId) internal view returns (bool) {
        return deposits[returnId].held != 0;
    }

    /* WHAT IS OWED */

    /// @dev Due in money: while the buyer gets goods instead, nothing is.
    function _dueOf(Rma storage rma) private view returns (uint256) {
        return rma.resolution == Resolution.REFUND ? ledger.refundOf(rma.id).dueMinor : 0;
    }

    function _payable(Rma storage rma) private view returns (uint256) {
        return _payable(deposits[rma.id], _dueOf(rma));
    }

    /// @dev What the buyer gets now, in whole minor units.
    function _payable(Deposit storage book, uint256 dueMinor) private view returns (uint256) {
        if (book.held == 0) return 0;
        uint256 whole = book.held / listings[book.token].unitsPerMinor;
        return whole < dueMinor ? whole : dueMinor;
    }

    /// @dev All while the return goes on or may be disputed; then what is due; three years after the close nothing.
    function _keptFor(Rma storage rma, Deposit storage book) private view returns (uint256) {
        if (rma.status == ReturnStatus.CLOSED && clock >= rma.closedAt + UNCLAIMED_S) return 0;
        bool decided = rma.status == ReturnStatus.CLOSED || rma.status == ReturnStatus.CANCELLED;
        return decided ? _dueOf(rma) * listings[book.token].unitsPerMinor : book.held;
    }

    function _isOver(Rma storage rma) private view returns (bool) {
        return rma.status == ReturnStatus.CLOSED || rma.status == ReturnStatus.DECLINED
            || rma.status == ReturnStatus.CANCELLED || rma.status == ReturnStatus.EXPIRED;
    }

    /* WHAT HOLDS AFTER EVERY CALL */

    function _alsoCheck(Rma storage rma) internal virtual override {
        super._alsoCheck(rma);
        Deposit storage book = deposits[rma.id];
        (IERC20 token, uint256 units) = escrow.depositOf(rma.id);
        _hold(units == book.held && (units == 0 || address(token) == address(book.token)), "another deposit");
        _hold(book.paidIn == book.withdrawn + book.reclaimed + book.held, "paid in is not paid out and held");
        for (uint256 i = 0; i < TOKENS; ++i) _checkToken(tokens[i]);
    }

    function _checkToken(TestToken token) private {
        uint256 sum;
        for (uint256 i = 0; i < rmas.length; ++i) {
            Deposit storage book = deposits[rmas[i].id];
            if (book.token == token) sum += book.held;
        }
        _hold(escrow.heldOf(token) == sum, "what is held is not the sum of the deposits");
        _hold(token.balanceOf(address(escrow)) == sum + strays[token], "the balance is not what is held");
    }

    /* WHAT HOLDS AT THE END */

    /// @dev Each deposit has an exit: the buyer gets what is due at once, and in time all else goes back. Silence may have
    /// put money in the place of goods by now, so what is due is asked of the ledger.
    function _alsoFinish() internal virtual override {
        super._alsoFinish();
        uint256[3] memory sellerKeys = [uint256(0), _standingKey(SELLER), _standingKey(OTHER_SELLER)];
        for (uint256 i = 0; i < rmas.length; ++i) {
            if (deposits[rmas[i].id].held == 0) continue;
            _checkBuyerGets(rmas[i]);
            _checkSellerGets(rmas[i], sellerKeys[sales[rmas[i].sale].seller]);
        }
        for (uint256 i = 0; i < TOKENS; ++i) _checkToken(tokens[i]);
    }

    function _checkBuyerGets(Rma storage rma) private {
        uint256 minor = _payable(deposits[rma.id], ledger.claimOf(rma.id).dueMinor);
        if (minor == 0) return;
        TestToken token = deposits[rma.id].token;
        uint256 snapshot = vm.snapshotState();
        WithdrawRefund memory request = WithdrawRefund(rma.id, _addressOf(_newKey()));
        bytes memory fields = abi.encode(WITHDRAW_TYPE, request);
        Authorisation memory signed = _signs(address(escrow), fields, sales[rma.sale].buyerKey);
        (bool done,) = address(escrow).call(abi.encodeCall(IRefundEscrow.withdrawRefund, (request, signed)));
        done = done && token.balanceOf(request.to) == minor * listings[token].unitsPerMinor;
        vm.revertToState(snapshot);
        _hold(done, "the buyer does not get what is due");
    }

    /// @dev What is not due at once, the rest three years after the close and not a second before.
    function _checkSellerGets(Rma storage rma, uint256 key) private {
        Deposit storage book = deposits[rma.id];
        RefundClaim memory claim = ledger.claimOf(rma.id);
        uint256 kept = claim.dueMinor * listings[book.token].unitsPerMinor;
        uint64 late = claim.since + UNCLAIMED_S;
        if (clock < late) {
            _warp(late - 1);
            _checkReclaim(rma, key, book.held > kept ? book.held - kept : 0);
        }
        _warp(late);
        _checkReclaim(rma, key, book.held);
    }

    function _checkReclaim(Rma storage rma, uint256 key, uint256 units) private {
        Deposit storage book = deposits[rma.id];
        ReclaimDeposit memory request = ReclaimDeposit(rma.id, _addressOf(_newKey()));
        Authorisation memory signed = _signs(address(escrow), abi.encode(RECLAIM_TYPE, request), key);
        (bool done,) = address(escrow).call(abi.encodeCall(IRefundEscrow.reclaimDeposit, (request, signed)));
        _hold(done == (units != 0), done ? "what is due goes back" : "a deposit has no exit");
        _hold(book.token.balanceOf(request.to) == units, "another sum goes back");
        (book.reclaimed, book.held) = (book.reclaimed + units, book.held - units);
    }

    /// @dev Of a seller whom the council lets speak again.
    function _standingKey(uint32 seller) private returns (uint256 key) {
        key = _newKey();
        SetSuspension memory suspension = SetSuspension(seller, false);
        registry.setSuspension(suspension, _councilSigns(abi.encode(SET_SUSPENSION_TYPE, suspension)));
        SetRoles memory roles = SetRoles(seller, ROLE_SELLER);
        registry.setRoles(roles, _councilSigns(abi.encode(SET_ROLES_TYPE, roles)));
        AddKey memory added = AddKey(seller, _addressOf(key), false);
        registry.addKey(added, _councilSigns(_addKeyFields(added)));
    }
}
